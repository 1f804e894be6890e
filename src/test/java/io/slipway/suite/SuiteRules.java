package io.slipway.suite;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/// A JUnit extension that every test has. It keeps two rules:
///
/// - An exception that ends a thread fails the test that was running, whoever started the thread.
/// - Where the variable `CI` is set, a test that is skipped fails: what it needs must be there.
public final class SuiteRules
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, InvocationInterceptor {
  private final boolean skippingFails;

  /// Used by JUnit.
  public SuiteRules() {
    this(System.getenv("CI") != null);
  }

  SuiteRules(boolean skippingFails) {
    this.skippingFails = skippingFails;
  }

  /// Remembers exceptions that end threads, beside what was done with them before. It is found as
  /// the process's handler and gives what it remembers by an interface of the JDK: tests of Quarkus
  /// have class loaders of their own, and so copies of this class that share nothing else.
  ///
  /// @param before what else hears of them
  private record Remember(UncaughtExceptionHandler before, Queue<Throwable> failures)
      implements UncaughtExceptionHandler, Supplier<Queue<Throwable>> {
    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
      failures.add(failure);
      if (before == null) {
        failure.printStackTrace();
      } else {
        before.uncaughtException(thread, failure);
      }
    }

    @Override
    public Queue<Throwable> get() {
      return failures;
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    if (!isOurs(before)) {
      Thread.setDefaultUncaughtExceptionHandler(
          new Remember(before, new ConcurrentLinkedQueue<>()));
    }
  }

  /// Whether it is a [Remember] of any copy of this class.
  private static boolean isOurs(UncaughtExceptionHandler handler) {
    return handler != null && handler.getClass().getName().equals(Remember.class.getName());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    failOn(drained());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    failOn(drained());
  }

  @SuppressWarnings("unchecked")
  private static List<Throwable> drained() {
    UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    List<Throwable> drained = new ArrayList<>();
    if (isOurs(handler)) {
      Queue<Throwable> failures = ((Supplier<Queue<Throwable>>) handler).get();
      for (Throwable next = failures.poll(); next != null; next = failures.poll()) {
        drained.add(next);
      }
    }
    return drained;
  }

  private static void failOn(List<Throwable> failures) {
    if (!failures.isEmpty()) {
      AssertionError error =
          new AssertionError("a thread ended with an exception", failures.getFirst());
      failures.stream().skip(1).forEach(error::addSuppressed);
      throw error;
    }
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext test)
      throws Throwable {
    judge(invocation);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext test)
      throws Throwable {
    judge(invocation);
  }

  @Override
  public void interceptBeforeAllMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext test)
      throws Throwable {
    judge(invocation);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext test)
      throws Throwable {
    judge(invocation);
  }

  void judge(Invocation<Void> invocation) throws Throwable {
    try {
      invocation.proceed();
    } catch (TestAbortedException skipped) {
      if (skippingFails) {
        throw new AssertionError(
            "skipped, which is a failure where CI is set: " + skipped.getMessage(), skipped);
      }
      throw skipped;
    }
  }
}
