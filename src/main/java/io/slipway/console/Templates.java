package io.slipway.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.slipway.registry.AccessKey;

/// The templates of the pages. The build checks every expression in them.
@CheckedTemplate(basePath = "console")
final class Templates {
  private Templates() {}

  static native TemplateInstance models(Shell shell, ModelsPage page);

  static native TemplateInstance model(Shell shell, ModelPage page);

  static native TemplateInstance move(Shell shell, MovePage page);

  static native TemplateInstance edit(Shell shell, EditPage page);

  static native TemplateInstance alias(Shell shell, AliasPage page);

  static native TemplateInstance version(Shell shell, VersionPage page);

  static native TemplateInstance compare(Shell shell, ComparePage page);

  static native TemplateInstance predict(Shell shell, PredictPage page);

  static native TemplateInstance latency(Shell shell, LatencyPage page);

  static native TemplateInstance publish(Shell shell, String model);

  static native TemplateInstance audit(Shell shell, AuditPage page);

  static native TemplateInstance access(Shell shell, AccessPage page);

  static native TemplateInstance revoke(Shell shell, AccessKey key);

  static native TemplateInstance system(Shell shell, SystemPage page);

  static native TemplateInstance trouble(Shell shell, String title, String message);
}
