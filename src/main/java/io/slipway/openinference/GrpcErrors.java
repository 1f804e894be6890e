package io.slipway.openinference;

import io.grpc.Status;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.security.Denied;
import io.slipway.serving.Unserved;

/// The gRPC status of a refusal. The switches have no `default`: a refusal without a status does
/// not compile.
final class GrpcErrors {
  private GrpcErrors() {}

  static Status status(RuntimeException why) {
    Status.Code code =
        switch (why) {
          case RefusedInput refused -> code(refused);
          case Unserved unserved -> code(unserved);
          case Denied _ -> Status.Code.PERMISSION_DENIED;
          case NotAllowed _ -> Status.Code.FAILED_PRECONDITION;
          default -> Status.Code.INTERNAL;
        };
    return code.toStatus().withDescription(Errors.text(why));
  }

  private static Status.Code code(RefusedInput refused) {
    return switch (refused) {
      case RefusedInput.Malformed _,
          RefusedInput.Invalid _,
          RefusedInput.TooLarge _,
          RefusedInput.UnsupportedMedia _ ->
          Status.Code.INVALID_ARGUMENT;
    };
  }

  private static Status.Code code(Unserved unserved) {
    return switch (unserved) {
      case Unserved.NotFound _ -> Status.Code.NOT_FOUND;
      case Unserved.NotReady _ -> Status.Code.UNAVAILABLE;
      case Unserved.Overloaded _ -> Status.Code.RESOURCE_EXHAUSTED;
      case Unserved.DeadlineExceeded _ -> Status.Code.DEADLINE_EXCEEDED;
      case Unserved.ModelFailed _ -> Status.Code.INTERNAL;
    };
  }
}
