package io.slipway.pipeline.mail;

public record Mail(
    String subject, String sender, String text, int parts, int attachments, boolean hasHtml) {}
