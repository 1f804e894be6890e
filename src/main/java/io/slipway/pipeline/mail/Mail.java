package io.slipway.pipeline.mail;

/// What models read of a mail.
///
/// @param subject decoded, on one line; empty where there is none
/// @param sender the header `From`, decoded: name and address as they stand there
/// @param text the text of the parts that are text and no attachment, lines ending in `\n`
/// @param parts how many parts are no containers
/// @param attachments how many of these are attachments
/// @param hasHtml whether a part that is no attachment is HTML
public record Mail(
    String subject, String sender, String text, int parts, int attachments, boolean hasHtml) {}
