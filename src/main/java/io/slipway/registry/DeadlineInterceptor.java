package io.slipway.registry;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.jspecify.annotations.Nullable;

/// Runs the methods marked [WithinDeadline] under the deadline of a call that starts now.
@Interceptor
@WithinDeadline
@Priority(Interceptor.Priority.APPLICATION)
class DeadlineInterceptor {
  @AroundInvoke
  @Nullable Object within(InvocationContext call) throws Exception {
    return CallDeadline.ofCall().<@Nullable Object>calling(call::proceed);
  }
}
