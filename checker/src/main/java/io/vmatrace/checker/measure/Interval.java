package io.vmatrace.checker.measure;

/**
 * The geometric mean of times, rates or ratios, which are positive, and between what bounds the true one lies with 95 % confidence: by Student's t of their
 * logarithms, which is wide for few samples.
 *
 * @param mean of the samples, in their unit
 * @param factor the interval is from mean / factor to mean * factor; infinite for one sample
 * @param samples how many there were
 */
public record Interval(double mean, double factor, int samples) {
  /** Student's t, two-sided 95 %, for 1 to 30 degrees of freedom (any table of the distribution); beyond that the last, a little too wide. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
  };

  /** Student's t that four of five samples are below, likewise. */
  private static final double[] T80 = {
    1.376, 1.061, 0.978, 0.941, 0.920, 0.906, 0.896, 0.889, 0.883, 0.879, 0.876, 0.873, 0.870, 0.868, 0.866,
    0.865, 0.863, 0.862, 0.861, 0.860, 0.859, 0.858, 0.858, 0.857, 0.856, 0.856, 0.855, 0.855, 0.854, 0.854
  };

  /** Of at least one sample; none is negative. */
  static Interval of(double... samples) {
    int n = samples.length;
    double[] logs = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      logs[i] = Math.log(Math.max(Double.MIN_NORMAL, samples[i]));
      sum += logs[i];
    }
    double mean = sum / n;
    double squares = 0;
    for (double log : logs) {
      squares += (log - mean) * (log - mean);
    }
    return new Interval(Math.exp(mean), n < 2 ? Double.POSITIVE_INFINITY : Math.exp(t(n - 1) * Math.sqrt(squares / (n - 1) / n)), n);
  }

  static double t(int degreesOfFreedom) {
    return T[Math.min(degreesOfFreedom, T.length) - 1];
  }

  /** The lowest that it may be. */
  public double low() {
    return mean / factor;
  }

  /** The highest that it may be. */
  public double high() {
    return mean * factor;
  }

  /** By what factor it would have to differ from 1 for four runs of five like this one to show it, with 95 % confidence; infinite for one sample. */
  public double visible() {
    if (samples < 2) {
      return Double.POSITIVE_INFINITY;
    }
    int freedom = Math.min(samples - 1, T.length);
    return Math.pow(factor, 1 + T80[freedom - 1] / T[freedom - 1]);
  }
}
