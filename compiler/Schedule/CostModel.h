//===- CostModel.h - How long a visit takes, and what follows ---------------===//
//
// Plain arithmetic on counts, without IR. Laws: a cost is at least 0 and monotone in every
// count; a chunk of `grain` tasks has at least the work asked for, and grain - 1 tasks have
// not; the accumulators of a register block, one row of vectors and one broadcast fit in
// the registers.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_COSTMODEL_H
#define ESPALIER_COMPILER_SCHEDULE_COSTMODEL_H

#include "compiler/Schedule/TargetDescription.h"

namespace espalier::schedule {

/// What one visit does.
struct VisitCost {
  double operations = 0;      // elementwise operations, and multiply-adds of products and solves
  double transcendental = 0;  // exp, tanh and the like, and divisions
  double bytes = 0;           // read from and written to tensors
  double floatOperations = 0; // as the field counts them: a multiply-add is two, a function or a division one

  VisitCost &operator+=(const VisitCost &other);
  VisitCost scaled(double times) const {
    return {operations * times, transcendental * times, bytes * times, floatOperations * times};
  }
};

/// Elements of `elementBytes` in one vector, at least 1.
int64_t lanes(const TargetDescription &target, int64_t elementBytes);

/// Below so many vertices the short levels of a perfect tree cost lanes of vertices more than the long ones save
/// (measured: binary trees, systems of 4 and 8 equations).
constexpr int64_t fewVertices = 48;

/// Whether blocks of so many points leave few lanes idle.
bool fillsBlocks(int64_t points);

/// Points of batch and axes that may be visited abreast.
struct PointsAbreast {
  int64_t count = 0; // that there are
  double bytes = 0;  // that a block of them keeps of all vertices
};
/// Whether they are worth a lane each: few lanes would be idle in the last block, there are blocks for half of the
/// cores, and what one keeps is not far from the caches: the second one, if vertices may be lanes instead
/// (`haveLanes`), a few times as much else. What is computed may depend on it by rounding, so the call's threads have
/// no say.
bool fillsLanes(const PointsAbreast &points, bool haveLanes, const TargetDescription &target);

/// The time of one visit: arithmetic and memory traffic overlap.
double nanoseconds(const VisitCost &visit, const TargetDescription &target, int64_t elementBytes);

/// The least number of tasks, between 1 and `most`, that together take at least `wanted` nanoseconds.
int64_t grain(double nanosecondsPerTask, double wanted, int64_t most);

/// Accumulators of a product in registers: `rows` x `vectors` of them.
struct RegisterBlock {
  int64_t rows = 1, vectors = 1;
};
RegisterBlock registerBlock(const TargetDescription &target);

/// What points that are evaluated as one read and write.
struct PointBytes {
  double own = 0;    // of one point
  double shared = 0; // of all: matrices that are the same for every point
};

/// What leaves the near cache for each point where `together` are evaluated as one: its share of a matrix that does not
/// stay there, and its own tiles where those of a block do not.
double trafficPerPoint(const PointBytes &bytes, int64_t together, const TargetDescription &target);

/// How many points are evaluated as one: the power of two from 16 to 64 with the least traffic, the largest of equals,
/// whose tiles take at most 4 MB; 1 where even 16 take more. Fewer than 16 do not pay for the copy of a matrix that
/// lies badly.
int64_t pointsTogether(const PointBytes &bytes, const TargetDescription &target);
/// The same where points are numbers, which share no more than their instructions: as many as hide the latency of one
/// function behind those of others. Operations of a point are written out for every vector, and long code compiles
/// slowly (superlinearly: 64 dots in a logsumexp, four vectors of each, took 2 s): one vector, if `operations` are
/// many.
constexpr int64_t kMostWrittenOut = 400;
int64_t numbersTogether(const TargetDescription &target, int64_t elementBytes, int64_t operations);

/// The state of a recurrence.
struct StateSize {
  int64_t numStates = 1;
  int64_t numElements = 1; // of each state's tile
};
/// The steps of a recurrence that is affine by elements that are evaluated as one; 1: one after the other. Narrow
/// states gain twice: a visit costs more than their arithmetic, and where a vector has room for several steps these are
/// composed, with k^3 operations for k states, where each would wait for the one before.
constexpr int64_t fewSteps = 64; // a chain of fewer has shorter blocks
int64_t stepsTogether(const StateSize &state, int64_t lanes, const TargetDescription &target);

/// Rows and keys of a tile of attention, each up to 64, or 32 where ranges cut tiles: half of a cut tile is for
/// nothing. A third of the near cache is for the rows, a third for the keys, a third for the pairs. There are at least
/// 8 rows (or all `numRows`) and a vector of keys, as long as their pairs fit; at least one row and a vector of keys in
/// any case.
struct PairTile {
  int64_t rows, keys;
};
struct PairBytes {
  double row, key, pair; // of one each
};
PairTile pairTile(const PairBytes &bytes, int64_t numRows, bool isCut, int64_t lanes, const TargetDescription &target);

/// What separable sweeps hold of one vertex (dialects/Tree/IR/Channels.h).
struct ChannelFootprint {
  int64_t numChannels;
  double bytesPerChannel; // of all tensors that the sweeps read and define
  int64_t elementBytes;
  bool isChain;           // neighbours lie side by side
  bool hasScratch = true; // sweeps find in scratch what others of them left there
};

/// The channels of a task; 0: all. Whole lines, and at least two: narrower tiles visit vertices more often than they
/// save. With all channels of all vertices beyond the second cache, tiles whose vertices stay there (except on chains,
/// whose rows come by themselves, in batches whose rows come from memory, which gives more of wide ones, and without
/// scratch: whole rows then gain as much); where threads would be idle, as many tiles as there are threads.
struct ChannelTile {
  int64_t channels;
  bool forCache;
};
ChannelTile channelTile(const ChannelFootprint &footprint, const TargetDescription &target);

/// What sweeps do on one tree whose subtrees may be tasks of their own (runtime/Tree/Partition.h).
struct TreeWork {
  double nanoseconds;    // of all visits of one task
  int64_t sweeps;        // each of which visits the parts: tasks of their own, between which all threads meet
  int64_t tasks;         // that there are without parts; 0: nobody knows
  int64_t leastVertices; // of a part
};
/// Into how many parts a tree falls; 0: into none. Only where threads would be idle: four parts for each of a tree's
/// threads, so that their sizes matter little, or fewer, but as many for each thread, if a part had less than the work
/// of two chunks in a sweep.
int64_t subtreeParts(const TreeWork &work, const TargetDescription &target);

/// The work of a chain in parts, of that of the chain: to find what a part makes of any of k states reads its inputs
/// once more, and composes k + 1 times.
double workInParts(int64_t numStates);
/// Parts of all chains of a call together; 0: none. Only where half of the cores could share the work of whole chains
/// and win.
int64_t chainParts(int64_t numStates, const TargetDescription &target);
/// The least steps of a part, whose blocks have `together`: what is kept of it costs less than its steps, and finds
/// room there.
int64_t stepsOfPart(int64_t together);
/// More find no room in a part.
constexpr int64_t kMostStatesInParts = 16;

/// Whether a tree's paths are worth composing states along them: it is large, and one of them has so much of it that
/// hundreds of parts beside each other would wait for that.
bool isDeep(int64_t numVertices, int64_t depth);
/// With more trees, these are tasks enough on any machine.
constexpr int64_t mostTreesWithRuns = 63;
/// Of how many trees at the same time the long paths are cut into runs (runtime/Tree/Partition.h), whose effect on any
/// of k states is found by a visit more: as long as half of the cores of each tree win. 0: of none, because the machine
/// is too small, or no tree deep.
/// What the states are then depends on it, so the call's threads have no say in it.
int64_t treesWithRuns(int64_t numStates, const TargetDescription &target);
/// More would be composed for k^3 operations.
constexpr int64_t kMostStatesInRuns = 8;
/// Parts of a tree with runs.
int64_t partsWithRuns(const TargetDescription &target);

/// What sweeps with sums over children hold of one vertex.
struct ChildSumBytes {
  double sums;
  double rows; // of the tensors that they read and define, of which a task has so much
};
/// Whether children add to the sums at their own visits: the rows of a vertex are then read once, and no loop has as
/// many turns as it has children; but the sums are loaded and stored for each. That pays where the rows of all vertices
/// leave the second cache, and the sums stay in the near one; where sums are narrow, as soon as the rows leave that.
bool childrenAdd(const ChildSumBytes &bytes, const TargetDescription &target);

/// What visits define that nobody reads while they are computed.
struct StreamBytes {
  int64_t run;             // side by side, of one visit
  double whole;            // of all visits
  bool isReadNext = false; // by the next sweep, not by somebody later
};
/// Whether these are stored past the caches: in runs of whole lines, several of them, and more than the second cache
/// holds for whoever comes next; what the next sweep reads, if it would not find it in a larger one either.
bool storesPastCaches(const StreamBytes &bytes, const TargetDescription &target);

/// Visits between asking for a vertex's rows and reading them; 0 where visits of `bytesPerVisit` gain nothing: rows of
/// less than two lines, or all of them near; fewer where a visit reads much. `isFar`: the rows come from memory.
int64_t rowsAhead(double bytesPerVisit, bool isFar, const TargetDescription &target);
/// The same where a visit is one of a block of points: 0 where the rows of all visits stay in the second cache.
int64_t blocksAhead(double bytesPerBlock, const TargetDescription &target);

} // namespace espalier::schedule

#endif
