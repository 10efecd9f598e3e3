package io.vmatrace.fleet;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.BoxedUnit;

/**
 * Captures that were checked at once, one task a capture.
 *
 * @param rows of those whose check came to an end
 * @param suspects those that were being checked when an executor ended, if that was so often that Spark gave up
 * @param left the others that Spark did not come to
 */
record Wave(List<CaptureRows> rows, List<CaptureObject> suspects, List<CaptureObject> left) {
  private static final long MOST_SECONDS = 60;

  /** Sees which tasks were running when their executors ended. */
  private static final class Losses extends SparkListener {
    private final Set<Integer> tasks = ConcurrentHashMap.newKeySet();
    private final CountDownLatch end = new CountDownLatch(1);

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      if (task.reason() instanceof ExecutorLostFailure) {
        tasks.add(task.taskInfo().partitionId());
      }
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd job) {
      end.countDown();
    }

    /** All of them: listeners are told in time order, and later. */
    Set<Integer> awaited() throws InterruptedException {
      return end.await(MOST_SECONDS, TimeUnit.SECONDS) ? tasks : Set.of();
    }
  }

  /** Checks them, in this order. What goes wrong otherwise than by executors that end is thrown. */
  static Wave run(SparkSession spark, List<CaptureObject> objects, CheckTask task) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    // the executors of a cluster do not know by themselves what spark.hadoop.… is set to
    Broadcast<SerializableConfiguration> hadoop = context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    RDD<CaptureRows> checked =
        context.parallelize(objects, objects.size()).map(object -> task.check(object, hadoop.value().value(), TaskContext.get().attemptNumber())).rdd();
    Function1<Iterator<CaptureRows>, CaptureRows> one = (Function1<Iterator<CaptureRows>, CaptureRows> & Serializable) Iterator::next;
    SortedMap<Integer, CaptureRows> rows = new ConcurrentSkipListMap<>();
    Function2<Object, CaptureRows, BoxedUnit> keep =
        (i, of) -> {
          rows.put((Integer) i, of);
          return BoxedUnit.UNIT;
        };
    Losses losses = new Losses();
    spark.sparkContext().addSparkListener(losses);
    try {
      spark.sparkContext().runJob(checked, one, keep, ClassTag.apply(CaptureRows.class));
      return new Wave(List.copyOf(rows.values()), List.of(), List.of());
    } catch (Exception e) { // Scala does not declare SparkException
      return halted(objects, rows, losses, e);
    } finally {
      spark.sparkContext().removeSparkListener(losses);
    }
  }

  private static Wave halted(List<CaptureObject> objects, SortedMap<Integer, CaptureRows> rows, Losses losses, Exception failure) {
    Set<Integer> lost = Set.of();
    try {
      lost = losses.awaited();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    List<CaptureObject> suspects = new ArrayList<>();
    List<CaptureObject> left = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      if (!rows.containsKey(i)) {
        (lost.contains(i) ? suspects : left).add(objects.get(i));
      }
    }
    if (suspects.isEmpty()) {
      throw new IllegalStateException("captures could not be checked: " + failure.getMessage(), failure);
    }
    return new Wave(List.copyOf(rows.values()), suspects, left);
  }
}
