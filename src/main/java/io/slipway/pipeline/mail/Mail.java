package io.slipway.pipeline.mail;

/// The parts of a mail that models use.
///
/// @param subject decoded, on one line; empty where there is none
/// @param sender the decoded header `From`, with name and address
/// @param text of the text parts that are not attachments, with `\n` as the line end
/// @param parts the number of parts that are not containers
/// @param attachments how many of these are attachments
/// @param hasHtml whether a part that is not an attachment is HTML
public record Mail(
    String subject, String sender, String text, int parts, int attachments, boolean hasHtml) {}
