//===- CostModelTest.cpp - The laws of the cost model -----------------------===//
#include "compiler/Schedule/CostModel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier::schedule;

namespace {

TEST(CostModel, LanesFillAVector) {
  TargetDescription target;
  target.vectorBytes = 32;
  EXPECT_EQ(lanes(target, 4), 8);
  EXPECT_EQ(lanes(target, 8), 4);
  EXPECT_EQ(lanes(target, 64), 1);
  EXPECT_EQ(lanes(target, 0), 32);
}

/// Numbers fill whole vectors, and several, whatever their width.
TEST(CostModel, NumbersFillSeveralVectors) {
  TargetDescription target;
  for (int64_t vectorBytes : {16, 32, 64})
    for (int64_t elementBytes : {4, 8}) {
      target.vectorBytes = vectorBytes;
      EXPECT_EQ(numbersTogether(target, elementBytes, 10) % lanes(target, elementBytes), 0);
      EXPECT_GT(numbersTogether(target, elementBytes, 10), lanes(target, elementBytes));
      EXPECT_EQ(numbersTogether(target, elementBytes, kMostWrittenOut), lanes(target, elementBytes));
    }
}

TEST(CostModel, CostIsMonotoneInEveryCount) {
  TargetDescription target;
  VisitCost visit{1000, 10, 1000};
  double base = nanoseconds(visit, target, 4);
  EXPECT_GE(nanoseconds({}, target, 4), 0);
  EXPECT_GE(nanoseconds({2000, 10, 1000}, target, 4), base);
  EXPECT_GE(nanoseconds({1000, 90, 1000}, target, 4), base);
  EXPECT_GE(nanoseconds({1000, 10, 9000}, target, 4), base);
  EXPECT_GE(nanoseconds(visit, target, 8), base); // half the lanes
  EXPECT_GT(nanoseconds({0, 0, 1e6}, target, 4), nanoseconds({0, 0, 1e5}, target, 4));
}

TEST(CostModel, ArithmeticAndTrafficOverlap) {
  TargetDescription target;
  double both = nanoseconds({1e5, 0, 1e5}, target, 4);
  EXPECT_DOUBLE_EQ(both, std::max(nanoseconds({1e5, 0, 0}, target, 4), nanoseconds({0, 0, 1e5}, target, 4)));
}

TEST(CostModel, CostsAdd) {
  VisitCost sum{1, 2, 3};
  sum += VisitCost{10, 20, 30}.scaled(2);
  EXPECT_DOUBLE_EQ(sum.operations, 21);
  EXPECT_DOUBLE_EQ(sum.transcendental, 42);
  EXPECT_DOUBLE_EQ(sum.bytes, 63);
}

/// A chunk has at least the work asked for; one task less has not.
TEST(CostModel, GrainIsTheLeastThatSuffices) {
  for (double task : {0.5, 1.0, 7.0, 19999.0, 20000.0, 20001.0, 1e9})
    for (double wanted : {1.0, 20000.0}) {
      int64_t tasks = grain(task, wanted, 1 << 20);
      EXPECT_GE(tasks, 1);
      EXPECT_GE(double(tasks) * task, wanted) << task;
      if (tasks > 1) {
        EXPECT_LT(double(tasks - 1) * task, wanted) << task;
      }
    }
}

TEST(CostModel, GrainIsBounded) {
  EXPECT_EQ(grain(1e-9, 20000, 4096), 4096);
  EXPECT_EQ(grain(0, 20000, 4096), 4096);
  EXPECT_EQ(grain(std::nan(""), 20000, 4096), 4096);
  EXPECT_EQ(grain(std::numeric_limits<double>::infinity(), 20000, 4096), 1);
}

/// The accumulators, one row of vectors and one broadcast element are in registers at once.
TEST(CostModel, RegisterBlockFits) {
  for (int64_t registers : {1, 2, 4, 8, 16, 32, 64}) {
    TargetDescription target;
    target.numVectorRegisters = registers;
    RegisterBlock block = registerBlock(target);
    EXPECT_GE(block.rows, 1);
    EXPECT_GE(block.vectors, 1);
    if (registers >= 4) {
      EXPECT_LE(block.rows * block.vectors + block.vectors + 1, registers) << registers;
    }
  }
}

//===-- Points together -------------------------------------------------------===//

const double sizes[] = {0,    1,     63,    64,    1535,   1536,   1537, 3072, 6144,
                        6145, 65535, 65536, 65537, 262144, 262145, 1e7,  1e12};

TEST(CostModel, PointsTogetherHaveTheLeastTraffic) {
  TargetDescription target;
  for (double own : sizes)
    for (double shared : sizes) {
      PointBytes bytes{own, shared};
      int64_t together = pointsTogether(bytes, target);
      EXPECT_TRUE(together == 1 || together == 16 || together == 32 || together == 64) << own << " " << shared;
      EXPECT_EQ(together == 1, 16 * own > (4 << 20)) << own << " " << shared;
      for (int64_t other : {16, 32, 64})
        if (together > 1 && double(other) * own <= (4 << 20)) {
          double best = trafficPerPoint(bytes, together, target), its = trafficPerPoint(bytes, other, target);
          EXPECT_TRUE(best < its || (best == its && together >= other)) << own << " " << shared << " " << other;
        }
    }
}

TEST(CostModel, TrafficIsMonotoneInBytes) {
  TargetDescription target;
  for (int64_t together : {1, 16, 64})
    for (double own : sizes)
      for (double shared : sizes) {
        double base = trafficPerPoint({own, shared}, together, target);
        EXPECT_GE(base, 0);
        EXPECT_GE(trafficPerPoint({own + 1, shared}, together, target), base);
        EXPECT_GE(trafficPerPoint({own, shared + 1}, together, target), base);
      }
}

/// What fits in the near cache costs nothing; a larger matrix is shared by at least as many points.
TEST(CostModel, LargerMatricesAreSharedByMore) {
  TargetDescription target;
  EXPECT_EQ(trafficPerPoint({1536, 49152}, 64, target), 0);
  EXPECT_GT(trafficPerPoint({1537, 49152}, 64, target), 0);
  EXPECT_GT(trafficPerPoint({1536, 49153}, 64, target), 0);
  EXPECT_EQ(pointsTogether({3072, 49152}, target), 32);
  for (double own : sizes) {
    int64_t before = 1;
    for (double shared : sizes) {
      int64_t together = pointsTogether({own, shared}, target);
      EXPECT_GE(together, before) << own << " " << shared;
      before = together;
    }
  }
}

//===-- Steps along a chain ----------------------------------------------------===//

TEST(CostModel, StepsOfNarrowStatesAreEvaluatedTogether) {
  TargetDescription target;
  for (int64_t lanes : {1, 2, 4, 8, 16})
    for (int64_t states : {1, 2, 3, 8, 64})
      for (int64_t elements : {0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 24, 25, 1024}) {
        int64_t steps = stepsTogether({states, elements}, lanes, target);
        EXPECT_TRUE(steps == 1 || steps == 32) << states << " of " << elements << " in " << lanes;
        if (2 * states * elements > 3 * lanes) {
          EXPECT_EQ(steps, 1) << states << " of " << elements << " in " << lanes;
        } else if (states == 1) {
          EXPECT_EQ(steps, 32) << elements << " in " << lanes;
        }
        // More states never gain where fewer do not.
        if (states > 1 && steps > 1) {
          EXPECT_GT(stepsTogether({states - 1, elements}, lanes, target), 1)
              << states << " of " << elements << " in " << lanes;
        }
      }
}

TEST(CostModel, LongChainsHaveLongerBlocks) {
  TargetDescription target;
  int64_t before = 0;
  for (int64_t steps : {1, 31, 63, 64, 65, 100000}) {
    target.vertices = steps;
    int64_t together = stepsTogether({1, 1}, 16, target);
    EXPECT_GE(together, before) << steps;
    EXPECT_LE(together, std::max<int64_t>(32, steps)) << steps;
    before = together;
  }
  EXPECT_GT(before, 32);
}

TEST(CostModel, PartsOfChainsHaveRoom) {
  for (int64_t together : {2, 3, 32, 256}) {
    EXPECT_GE(stepsOfPart(together), kMostStatesInParts + 2);
    EXPECT_EQ(stepsOfPart(together) % together, 0);
  }
}

TEST(CostModel, ChainsAreCutWhereManyCoresShareTheWork) {
  TargetDescription target;
  for (int64_t states : {1, 2, 3, 16, 17, 64}) {
    EXPECT_GE(workInParts(states), 1.5);
    EXPECT_GT(workInParts(states + 1), workInParts(states));
    int64_t before = 0;
    for (int64_t cores : {1, 2, 3, 4, 8, 16, 64, 1024}) {
      target.cores = cores;
      int64_t parts = chainParts(states, target);
      EXPECT_EQ(parts > 0, 2 * workInParts(states) < double(cores) && states <= kMostStatesInParts)
          << states << " on " << cores;
      EXPECT_GE(parts, before) << states << " on " << cores;
      before = parts;
      // Not the call decides: results would depend on its threads.
      target.threads = 64;
      target.tasks = 1;
      EXPECT_EQ(chainParts(states, target), parts);
    }
  }
}

TEST(CostModel, DeepTreesAreLarge) {
  EXPECT_FALSE(isDeep(0, 0));
  EXPECT_FALSE(isDeep(65535, 65534));
  EXPECT_FALSE(isDeep(65536, 255));
  EXPECT_TRUE(isDeep(65536, 256));
  EXPECT_FALSE(isDeep(1 << 20, 4095));
  EXPECT_TRUE(isDeep(1 << 20, 4096));
}

TEST(CostModel, PathsAreCutWhereManyCoresShareFewDeepTrees) {
  for (int64_t states : {1, 2, 3, 8, 9})
    for (bool deep : {false, true})
      for (int64_t tasks : {0, 1, 2, 19, 63, 64, 1000})
        for (int64_t cores : {1, 2, 3, 4, 16, 64, 1024}) {
          TargetDescription target;
          target.isDeep = deep;
          target.tasks = tasks;
          target.cores = cores;
          int64_t trees = treesWithRuns(states, target);
          EXPECT_LE(trees, mostTreesWithRuns);
          bool wins = tasks > 0 && 2 * workInParts(states) * double(tasks) <= double(cores);
          EXPECT_EQ(trees > 0, wins && deep && states <= kMostStatesInRuns)
              << states << " states, " << tasks << " trees on " << cores;
          // Not the call's threads decide: results would depend on them.
          int64_t parts = partsWithRuns(target);
          target.threads = 64;
          EXPECT_EQ(treesWithRuns(states, target), trees);
          EXPECT_EQ(partsWithRuns(target), parts);
          EXPECT_GE(parts, std::min<int64_t>(4 * cores, 256));
        }
}

//===-- Tiles of attention ----------------------------------------------------===//

TEST(CostModel, TilesOfPairsFit) {
  TargetDescription target;
  double room = double(target.nearCacheBytes) / 3;
  for (double row : {0.0, 4.0, 512.0, 4097.0, 1e6})
    for (double key : {0.0, 4.0, 512.0, 4097.0, 1e6})
      for (double pair : {0.0, 4.0, 8.0, 65.0, 4096.0, 1e6})
        for (int64_t numRows : {0, 1, 2, 7, 8, 9, 64, 65, 1 << 20})
          for (int64_t lanes : {1, 8, 16}) {
            PairTile tile = pairTile({row, key, pair}, numRows, false, lanes, target);
            PairTile cut = pairTile({row, key, pair}, numRows, true, lanes, target);
            EXPECT_LE(cut.rows, std::max<int64_t>(tile.rows, 32)); // fewer keys leave room for rows, and the reverse
            EXPECT_LE(cut.keys, std::max<int64_t>(tile.keys, 32));
            EXPECT_LE(std::max(cut.rows, cut.keys), 32);
            EXPECT_GE(tile.rows, 1);
            EXPECT_LE(tile.rows, std::clamp<int64_t>(numRows, 1, 64));
            EXPECT_GE(tile.keys, lanes);
            EXPECT_LE(tile.keys, 64);
            if (tile.rows > 8) {
              EXPECT_LE(double(tile.rows) * row, room);
            }
            if (tile.keys > lanes) {
              EXPECT_LE(double(tile.keys) * key, room);
            }
            if (tile.rows > 1) {
              EXPECT_LE(double(tile.rows * tile.keys) * pair, room);
            }
          }
}

TEST(CostModel, SmallPairsFillTheLargestTile) {
  PairTile tile = pairTile({256, 256, 4}, INT64_MAX, false, 16, {}),
           cut = pairTile({256, 256, 4}, INT64_MAX, true, 16, {});
  EXPECT_EQ(tile.rows, 64);
  EXPECT_EQ(tile.keys, 64);
  EXPECT_EQ(cut.rows, 32);
  EXPECT_EQ(cut.keys, 32);
  EXPECT_EQ(pairTile({256, 256, 4}, 1, false, 16, {}).rows, 1);
}

//===-- Channels ------------------------------------------------------------===//

TargetDescription ofCall(int64_t vertices, int64_t tasks = 1, int64_t threads = 1) {
  TargetDescription target;
  target.secondCacheBytes = 2 << 20;
  target.vertices = vertices;
  target.tasks = tasks;
  target.threads = threads;
  return target;
}

TEST(CostModel, ChannelTilesAreWholeLinesThatStayInTheCache) {
  for (int64_t elementBytes : {2, 4, 8})
    for (int64_t channels = 1; channels <= 200; ++channels)
      for (int64_t vertices = 1; vertices < 100000; vertices = vertices * 3 + 1)
        for (int64_t threads : {1, 2, 3, 7}) {
          ChannelFootprint footprint{channels, 4.0 * double(elementBytes), elementBytes, false};
          TargetDescription target = ofCall(vertices, 1, threads);
          ChannelTile tile = channelTile(footprint, target);
          if (tile.channels == 0)
            continue;
          EXPECT_LT(tile.channels, channels);
          EXPECT_EQ(tile.channels * elementBytes % 64, 0);
          EXPECT_GE(tile.channels * elementBytes, 128);
          double fitting = tile.forCache ? double(target.secondCacheBytes) : INFINITY;
          EXPECT_LE(footprint.bytesPerChannel * double(tile.channels * vertices), fitting);
        }
}

TEST(CostModel, ChannelsAreCutWhereThatPays) {
  ChannelFootprint scan{96, 16, 4, false}, chain{512, 12, 4, true};
  EXPECT_EQ(channelTile(scan, ofCall(0)).channels, 0);     // nothing is known of the call
  EXPECT_EQ(channelTile(scan, ofCall(1000)).channels, 0);  // all of it is in the cache
  EXPECT_EQ(channelTile(scan, ofCall(3136)).channels, 32); // a third of it is
  EXPECT_EQ(channelTile(scan, ofCall(50176)).channels, 0); // no tile is
  EXPECT_EQ(channelTile(scan, ofCall(3136, 4)).channels, 32);
  EXPECT_EQ(channelTile(scan, ofCall(3136, 16)).channels, 0);                 // each element's rows come from memory
  EXPECT_EQ(channelTile({96, 16, 4, false, false}, ofCall(3136)).channels, 0); // whole rows gain as much
  EXPECT_EQ(channelTile(chain, ofCall(4096)).channels, 0);                    // a chain's rows come by themselves
  EXPECT_EQ(channelTile(chain, ofCall(4096, 1, 2)).channels, 256);
  EXPECT_EQ(channelTile(chain, ofCall(4096, 2, 2)).channels, 0); // a task for each thread without cutting
  EXPECT_EQ(channelTile(scan, ofCall(50176, 1, 2)).channels, 48);
  EXPECT_EQ(channelTile(scan, ofCall(100, 1, 2)).channels, 0); // too little for two threads
  EXPECT_EQ(channelTile({16, 16, 4, false}, ofCall(1000000, 1, 8)).channels, 0);
  EXPECT_EQ(channelTile({0, 0, 4, false}, ofCall(1000000, 1, 8)).channels, 0);
}

//===-- Parts of trees ------------------------------------------------------===//

TEST(CostModel, PartsAreWorthATaskAndATree) {
  for (double nanoseconds : {0.0, 1e3, 1e5, 1e6, 1e9})
    for (int64_t sweeps : {1, 2, 5})
      for (int64_t tasks : {0, 1, 2, 3, 16})
        for (int64_t least : {1, 64, 128})
          for (int64_t vertices : {0, 1, 127, 128, 1023, 1000000})
            for (int64_t threads : {1, 2, 3, 7, 200}) {
              TargetDescription target = ofCall(vertices, 1, threads);
              int64_t parts = subtreeParts({nanoseconds, sweeps, tasks, least}, target);
              EXPECT_TRUE(parts == 0 || (parts >= 2 && parts <= 256)) << parts;
              if (tasks == 0 || tasks >= threads) {
                EXPECT_EQ(parts, 0);
              }
              EXPECT_LE(parts * least, vertices);
              EXPECT_LE(double(parts * sweeps) * 2 * target.nanosecondsPerChunk, nanoseconds);
              EXPECT_LE(parts * tasks, 4 * (threads + tasks - 1));
              int64_t ofTree = tasks ? (threads + tasks - 1) / tasks : 1;
              EXPECT_TRUE(parts < ofTree || parts % ofTree == 0) << parts;
            }
}

TEST(CostModel, TreesAreCutWhereThreadsWouldBeIdle) {
  EXPECT_EQ(subtreeParts({1e6, 2, 1, 64}, ofCall(1023, 1, 2)), 8);
  EXPECT_EQ(subtreeParts({1e6, 2, 2, 64}, ofCall(1023, 2, 3)), 8);
  EXPECT_EQ(subtreeParts({1e6, 2, 1, 64}, ofCall(1023, 1, 1)), 0);
  EXPECT_EQ(subtreeParts({1e6, 2, 2, 64}, ofCall(1023, 2, 2)), 0);
  EXPECT_EQ(subtreeParts({1e6, 2, 1, 64}, ofCall(127, 1, 2)), 0); // one part's vertices
  EXPECT_EQ(subtreeParts({1e6, 2, 1, 64}, ofCall(255, 1, 2)), 2);
  EXPECT_EQ(subtreeParts({2e5, 2, 1, 64}, ofCall(1023, 1, 2)), 2); // 50 us for each part and sweep
  EXPECT_EQ(subtreeParts({2e5, 1, 1, 64}, ofCall(1023, 1, 2)), 4);
  EXPECT_EQ(subtreeParts({2e5, 1, 1, 64}, ofCall(1023, 1, 5)), 5);
  EXPECT_EQ(subtreeParts({2e5, 1, 1, 64}, ofCall(1023, 1, 9)), 5);
  EXPECT_EQ(subtreeParts({1.5e5, 2, 1, 64}, ofCall(1023, 1, 2)), 0);
}

TEST(CostModel, RowsAreAskedForWhereTheyAreFar) {
  EXPECT_GT(rowsAhead(1000, false, ofCall(0)), 0);
  EXPECT_GT(rowsAhead(1000, false, ofCall(1000)), 0);
  EXPECT_EQ(rowsAhead(1000, false, ofCall(10)), 0);
  EXPECT_EQ(rowsAhead(16, false, ofCall(1000000)), 0);
  EXPECT_LT(rowsAhead(10000, false, ofCall(1000)), rowsAhead(1000, false, ofCall(1000)));
  EXPECT_EQ(rowsAhead(1e9, false, ofCall(1000)), 1);
}

/// From memory, and into a larger cache, rows are asked for earlier.
TEST(CostModel, RowsFromMemoryAreAskedForEarlier) {
  EXPECT_GT(rowsAhead(1000, true, ofCall(100000)), rowsAhead(1000, false, ofCall(100000)));
  EXPECT_EQ(rowsAhead(16, true, ofCall(1000000)), 0);
}

/// Once, where they would have to come back from far; wide sums move more than they save while all is near.
TEST(CostModel, ChildrenAddWhereRowsDoNotStay) {
  EXPECT_TRUE(childrenAdd({384, 1536}, ofCall(50176)));
  EXPECT_FALSE(childrenAdd({384, 1536}, ofCall(784)));
  EXPECT_TRUE(childrenAdd({4, 12}, ofCall(50000)));
  EXPECT_TRUE(childrenAdd({64, 256}, ofCall(784)));
  EXPECT_FALSE(childrenAdd({4, 12}, ofCall(784)));
  EXPECT_FALSE(childrenAdd({1 << 20, 4 << 20}, ofCall(50176)));
  EXPECT_FALSE(childrenAdd({0, 0}, ofCall(0)));
  for (int64_t vertices = 1; vertices < 1 << 20; vertices *= 2)
    EXPECT_LE(childrenAdd({384, 1536}, ofCall(vertices)), childrenAdd({384, 1536}, ofCall(2 * vertices)));
}

/// What fits stays for whoever reads it next; what is cut in parts of lines would be written to memory twice.
TEST(CostModel, StoresGoPastTheCachesThatCannotHoldThem) {
  TargetDescription target;
  double much = 2.0 * double(target.secondCacheBytes), little = double(target.secondCacheBytes);
  EXPECT_TRUE(storesPastCaches({384, much}, target));
  EXPECT_FALSE(storesPastCaches({384, little}, target));
  EXPECT_FALSE(storesPastCaches({384, much, /*isReadNext=*/true}, target));
  EXPECT_TRUE(storesPastCaches({384, 4 * much, /*isReadNext=*/true}, target));
  EXPECT_FALSE(storesPastCaches({400, much}, target));
  EXPECT_FALSE(storesPastCaches({64, much}, target));
  EXPECT_FALSE(storesPastCaches({0, much}, target));
}

TEST(CostModel, PointsGoAbreastWhereTheyFillLanesAndCores) {
  TargetDescription target;
  target.cores = 2;
  for (int64_t count : {0, 1, 11, 17, 22})
    EXPECT_FALSE(fillsLanes({count, 0}, false, target)) << count;
  for (int64_t count : {12, 15, 16, 24, 31, 32, 33 + 15, 1000})
    EXPECT_TRUE(fillsLanes({count, 0}, false, target)) << count;
  target.cores = 64;
  EXPECT_FALSE(fillsLanes({16 * 31, 0}, false, target));
  EXPECT_TRUE(fillsLanes({16 * 32, 0}, false, target));
}

/// Threads of a call may not decide what is computed.
TEST(CostModel, PointsGoAbreastWhateverThreadsThereAre) {
  TargetDescription one, many;
  many.threads = 64;
  for (int64_t count : {1, 15, 16, 100})
    for (double bytes : {0., 1e6, 1e7, 1e9})
      EXPECT_EQ(fillsLanes({count, bytes}, true, one), fillsLanes({count, bytes}, true, many));
}

/// What they keep of all vertices stays about the caches; where vertices could be lanes, in the second one.
TEST(CostModel, PointsGoAbreastWhereTheyFindWhatTheyKeep) {
  TargetDescription target;
  double cache = double(target.secondCacheBytes);
  EXPECT_TRUE(fillsLanes({16, cache}, true, target));
  EXPECT_FALSE(fillsLanes({16, 2 * cache}, true, target));
  EXPECT_TRUE(fillsLanes({16, 2 * cache}, false, target));
  EXPECT_FALSE(fillsLanes({16, 100 * cache}, false, target));
}

TEST(CostModel, BlocksAreAskedForWhereTheyLeaveTheCache) {
  TargetDescription target;
  target.vertices = 1000;
  EXPECT_EQ(blocksAhead(double(target.secondCacheBytes) / 1000, target), 0);
  EXPECT_GT(blocksAhead(2 * double(target.secondCacheBytes) / 1000, target), 0);
  EXPECT_EQ(blocksAhead(1e9, target), 1);
  target.vertices = 0;
  EXPECT_GT(blocksAhead(1000, target), 0);
}

} // namespace
