package io.slipway.api;

import io.slipway.bundle.InvalidBundle;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.registry.CorruptBlob;
import io.slipway.registry.Refusal;
import io.slipway.security.Denied;
import io.slipway.serving.Unserved;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Answers every exception with a problem; what nobody has foreseen is logged and says nothing.
public class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
  private static final int RETRY_SECONDS = 1;

  @ServerExceptionMapper
  public Response refusal(Refusal refusal, UriInfo uri) {
    Response answer = answer(Problems.of(refusal), uri);
    return refusal instanceof Refusal.StaleRevision stale
        ? Response.fromResponse(answer)
            .header(HttpHeaders.ETAG, Headers.etag(stale.current()))
            .build()
        : answer;
  }

  @ServerExceptionMapper
  public Response invalid(InvalidBundle invalid, UriInfo uri) {
    return answer(Problems.of(invalid), uri);
  }

  @ServerExceptionMapper
  public Response refused(RefusedInput refused, UriInfo uri) {
    return answer(Problems.of(refused), uri);
  }

  @ServerExceptionMapper
  public Response unserved(Unserved unserved, UriInfo uri) {
    return answer(Problems.of(unserved), uri);
  }

  @ServerExceptionMapper
  public Response denied(Denied denied, UriInfo uri) {
    return answer(Problem.of(ProblemCode.FORBIDDEN, String.valueOf(denied.getMessage())), uri);
  }

  /// Bytes have changed on disk: the same bundle, published again, mends it.
  @ServerExceptionMapper
  public Response corrupt(CorruptBlob corrupt, UriInfo uri) {
    LOG.error(corrupt.getMessage());
    return answer(
        Problem.of(
            ProblemCode.UNAVAILABLE,
            "the stored archive of this version is damaged; publish the same bundle again"),
        uri);
  }

  @ServerExceptionMapper
  public Response web(WebApplicationException e, UriInfo uri) {
    Response given = e.getResponse();
    ProblemCode code =
        switch (given.getStatus()) {
          case 400 -> ProblemCode.MALFORMED_REQUEST;
          case 401 -> ProblemCode.UNAUTHENTICATED;
          case 403 -> ProblemCode.FORBIDDEN;
          case 404 -> ProblemCode.NOT_FOUND;
          case 405 -> ProblemCode.METHOD_NOT_ALLOWED;
          case 406 -> ProblemCode.NOT_ACCEPTABLE;
          case 413 -> ProblemCode.TOO_LARGE;
          case 415 -> ProblemCode.UNSUPPORTED_MEDIA_TYPE;
          default -> ProblemCode.INTERNAL;
        };
    if (code == ProblemCode.INTERNAL) {
      return unforeseen(e, uri);
    }
    Response answer = answer(Problem.of(code, detail(code)), uri);
    String allow = given.getHeaderString(HttpHeaders.ALLOW);
    return allow == null
        ? answer
        : Response.fromResponse(answer).header(HttpHeaders.ALLOW, allow).build();
  }

  @ServerExceptionMapper
  public Response unforeseen(Throwable e, UriInfo uri) {
    LOG.errorf(e, "A request to %s failed", uri.getPath());
    return answer(
        Problem.of(ProblemCode.INTERNAL, "something went wrong here; the log says what"), uri);
  }

  private static String detail(ProblemCode code) {
    return switch (code) {
      case NOT_FOUND -> "there is nothing here";
      case METHOD_NOT_ALLOWED -> "this method is not for this path";
      case NOT_ACCEPTABLE -> "no representation that Accept asks for";
      case UNSUPPORTED_MEDIA_TYPE -> "this path does not take this Content-Type";
      default -> code.title();
    };
  }

  private static Response answer(Problem problem, UriInfo uri) {
    Response.ResponseBuilder answer =
        Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem.at(path(uri)));
    if (problem.status() == 429 || problem.status() == 503) {
      answer.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    }
    return answer.build();
  }

  private static String path(UriInfo uri) {
    return uri.getRequestUri().getRawPath();
  }
}
