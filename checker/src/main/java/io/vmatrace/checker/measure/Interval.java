package io.vmatrace.checker.measure;

/**
 * A mean, and how far from it the true one may lie with 95 % confidence; by Student's t, which is wide for few samples.
 *
 * @param mean of the samples, in their unit
 * @param halfWidth the interval is from mean - halfWidth to mean + halfWidth; infinite for one sample
 * @param samples how many there were
 */
public record Interval(double mean, double halfWidth, int samples) {
  /** Student's t, two-sided 95 %, for 1 to 30 degrees of freedom (any table of the distribution); beyond that the last, a little too wide. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
  };

  /** Of at least one sample. */
  static Interval of(double... samples) {
    int n = samples.length;
    double sum = 0;
    for (double sample : samples) {
      sum += sample;
    }
    double mean = sum / n;
    double squares = 0;
    for (double sample : samples) {
      squares += (sample - mean) * (sample - mean);
    }
    return new Interval(mean, n < 2 ? Double.POSITIVE_INFINITY : t(n - 1) * Math.sqrt(squares / (n - 1) / n), n);
  }

  static double t(int degreesOfFreedom) {
    return T[Math.min(degreesOfFreedom, T.length) - 1];
  }

  /** The lowest that it may be: what is measured, a time, a rate or a ratio, is not negative. */
  public double low() {
    return Math.max(0, mean - halfWidth);
  }

  /** The highest that it may be. */
  public double high() {
    return mean + halfWidth;
  }
}
