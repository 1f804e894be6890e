package io.slipway.api;

import io.slipway.bundle.InvalidBundle;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.registry.CorruptBlob;
import io.slipway.registry.Refusal;
import io.slipway.security.Denied;
import io.slipway.serving.Unserved;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Answers every exception with a problem. Unexpected exceptions are logged, and their details
/// are not shown to the caller.
public class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
  private static final int RETRY_SECONDS = 1;
  private static final int SHOWN = 100;
  private static final int MOST_CAUSES = 20;

  private final DeclaredCalls calls;

  ProblemMappers(DeclaredCalls calls) {
    this.calls = calls;
  }

  @ServerExceptionMapper
  public Response refusal(Refusal refusal, UriInfo uri, HttpHeaders headers) {
    if (refusal instanceof Refusal.OutcomeUnknown) {
      // No Retry-After: the change may be done, so a client must check before it repeats it.
      Response answer = answer(Problems.of(refusal), uri);
      answer.getHeaders().remove(HttpHeaders.RETRY_AFTER);
      return answer;
    }
    if (!(refusal instanceof Refusal.StaleRevision stale)) {
      return answer(Problems.of(refusal), uri);
    }
    String foreign = Headers.foreignTag(headers);
    Problem problem =
        foreign == null
            ? Problems.of(refusal)
            : Problem.of(
                ProblemCode.PRECONDITION_FAILED,
                "If-Match is "
                    + foreign
                    + ", which is no revision of a model; this one is at "
                    + Headers.etag(stale.current()));
    return Response.fromResponse(answer(problem, uri))
        .header(HttpHeaders.ETAG, Headers.etag(stale.current()))
        .build();
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

  /// The stored archive is damaged. Publishing the same bundle again repairs it.
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
  public Response web(
      WebApplicationException e, UriInfo uri, Request request, HttpHeaders headers) {
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
    if (code == ProblemCode.UNSUPPORTED_MEDIA_TYPE) {
      return unsupported(uri, request.getMethod(), headers);
    }
    Response answer = answer(Problem.of(code, detail(code)), uri);
    String allow = given.getHeaderString(HttpHeaders.ALLOW);
    return allow == null
        ? answer
        : Response.fromResponse(answer).header(HttpHeaders.ALLOW, allow).build();
  }

  /// Lists the accepted media types, in the message and in the response header.
  private Response unsupported(UriInfo uri, String method, HttpHeaders headers) {
    String types = String.join(", ", calls.types(method, path(uri)));
    List<String> given = headers.getRequestHeader(HttpHeaders.CONTENT_TYPE);
    String got =
        given == null || given.isEmpty()
            ? "none"
            : given.size() > 1
                ? "several"
                : given.getFirst().isBlank() ? "an empty one" : shown(given.getFirst());
    Response answer =
        answer(
            Problem.of(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                types.isEmpty()
                    ? "the Content-Type is no media type: got " + got
                    : "expected a Content-Type of " + types + "; got " + got),
            uri);
    String header =
        switch (method) {
          case "POST" -> "Accept-Post";
          case "PATCH" -> "Accept-Patch";
          default -> HttpHeaders.ACCEPT;
        };
    return types.isEmpty() ? answer : Response.fromResponse(answer).header(header, types).build();
  }

  private static String shown(String type) {
    return type.length() > SHOWN ? type.substring(0, SHOWN) + "…" : type;
  }

  @ServerExceptionMapper
  public Response unforeseen(Throwable e, UriInfo uri) {
    if (lacksDescriptors(e)) {
      LOG.errorf("A request to %s failed: the process has no file descriptors left", uri.getPath());
      return answer(
          Problem.of(ProblemCode.UNAVAILABLE, "the process has no file descriptors left"), uri);
    }
    LOG.errorf(e, "A request to %s failed", uri.getPath());
    return answer(
        Problem.of(ProblemCode.INTERNAL, "an internal error occurred; the log has the details"),
        uri);
  }

  private static boolean lacksDescriptors(Throwable e) {
    Throwable cause = e;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String detail(ProblemCode code) {
    return switch (code) {
      case NOT_FOUND -> "there is nothing here";
      case METHOD_NOT_ALLOWED -> "this method is not for this path";
      case NOT_ACCEPTABLE -> "no representation that Accept asks for";
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
