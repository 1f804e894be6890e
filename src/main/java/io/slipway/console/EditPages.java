package io.slipway.console;

import io.slipway.registry.Model;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The forms for descriptions, tags and aliases.
@Path("/console")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public class EditPages {
  private static final String MODELS = "models";
  private static final int CHOICE = 100;

  private final Pages pages;
  private final Registry registry;

  EditPages(Pages pages, Registry registry) {
    this.pages = pages;
    this.registry = registry;
  }

  @GET
  @Path("/models/{model}/edit")
  @Operation(hidden = true)
  public Response model(@PathParam("model") String name) {
    return pages.page(MODELS, shell -> Templates.edit(shell, EditPage.of(registry.find(name))));
  }

  @GET
  @Path("/models/{model}/versions/{version:[0-9]{1,9}}/edit")
  @Operation(hidden = true)
  public Response version(@PathParam("model") String name, @PathParam("version") int number) {
    return pages.page(
        MODELS,
        shell ->
            Templates.edit(shell, EditPage.of(registry.find(name), registry.find(name, number))));
  }

  /// @param alias an existing alias; null to create one
  @GET
  @Path("/models/{model}/alias")
  @Operation(hidden = true)
  public Response alias(
      @PathParam("model") String name, @QueryParam("alias") @Nullable String alias) {
    return pages.page(
        MODELS,
        shell -> {
          Model model = registry.find(name);
          Integer version = alias == null ? null : model.aliases().get(alias);
          if (alias != null && version == null) {
            throw new Refusal.NotFound(name + " has no alias " + alias);
          }
          return Templates.alias(
              shell,
              new AliasPage(
                  model,
                  alias,
                  version,
                  registry.versions(name, null, CHOICE).items().stream()
                      .filter(v -> v.bundle() && !v.archived())
                      .map(ModelVersion::number)
                      .toList()));
        });
  }
}
