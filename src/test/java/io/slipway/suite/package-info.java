/// The rules that every test keeps, whatever it tests.
package io.slipway.suite;
