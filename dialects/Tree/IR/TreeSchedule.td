//===- TreeSchedule.td - How a sweep runs ----------------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TREE_IR_TREESCHEDULE_TD
#define ESPALIER_DIALECTS_TREE_IR_TREESCHEDULE_TD

include "dialects/Tree/IR/TreeDialect.td"

def Tree_ScheduleAttr : AttrDef<Tree_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "Every size that a sweep's code depends on";
  let description = [{
    `#tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 4, points = 1, lanes = 16, rows = 14, vectors = 2, reason = "...">`.
    Sweeps of one `group` are neighbours and run in one task, one after the other. `grain`: tasks per chunk of parallel work. `points`: vertices (without
    a tree: indices on the last axis) per task, where `tasks` is `points`; the least steps of a part of a chain, where steps are composed. `lanes`: elements of the sweep's float type in one vector. `rows` x `vectors`: the accumulators of a product in
    registers. `together`: so many points of one task are evaluated as one, as tiles with an axis for the points (where `tasks` is `points`; the last task has what is left of
    the domain as well), or so many steps along a chain, of a sweep that is affine in its state (dialects/Tree/IR/Affine.h).
    `channels`: a task has so many of the channels of separable sweeps (dialects/Tree/IR/Channels.h; where `tasks` is `axes`), the last
    perhaps fewer; 0: all of them. `parts`: so many sets of subtrees are tasks of their own (runtime/Tree/Partition.h; `up` and `down` sweeps of one tree, where
    `tasks` is `axes`): the group runs as several grids, over the parts and over the top of the tree; 0: the tree is of one task. `paths`: with `parts`, of a sweep whose
    paths compose (dialects/Tree/IR/Affine.h) and that goes by `post_order` or its reverse: where a call has at most so many trees (points of batch and axes), long paths of the top are cut into runs that are tasks too;
    0: never. `ahead`: while a vertex is visited, the rows of the one that comes so many later are asked for; 0: none.
    `streamed`: what a `down` sweep defines for later groups or the caller is stored past the caches; it finds its parents' rows in scratch instead, one for each depth. Rows are asked for from memory.
    So is what an `up` sweep defines, where it reads that at its own vertex alone (`pushed`): for later groups, for the caller, or for sweeps of its group that read it
    in the order of the visits, in which it then lies.
    `pushed`: sums over children to which each child adds by itself (dialects/Tree/IR/ChildSums.h) are made at the children's visits, in scratch, a tile for each depth (of
    an `up` sweep by `post_order`, where `tasks` is `axes`, without `parts`); else where their parent is visited.
    `abreast`: one task has so many points of batch and axes, each in a lane (dialects/Tree/IR/Abreast.h; where `tasks` is `axes`, by no `blocks`, with no `channels` and no `parts`, nothing `streamed` or
    `pushed`, and no steps `together`); 1: a task is one point.
    `inPlace`: what it defines for later sweeps of its group lies, where it can (dialects/Tree/IR/InPlace.h), where one of them stores its result (where `tasks` is `axes`, by no
    `blocks`, with no `paths`, nothing `streamed` on either side, no steps `together` and no points `abreast`); else in scratch of the task, or, with `parts`, in a workspace.
    Traversals by `blocks` evaluate the vertices of a block of the tree's table together, each in a lane: `together` is the table's width.
    `reason` says why, for people.
  }];
  let parameters = (ins EnumParameter<Tree_Traversal>:$traversal, EnumParameter<Tree_TaskLevel>:$tasks, "int64_t":$group, "int64_t":$grain,
                        "int64_t":$points, "int64_t":$lanes, "int64_t":$rows, "int64_t":$vectors, DefaultValuedParameter<"int64_t", "1">:$together,
                        DefaultValuedParameter<"int64_t", "0">:$channels, DefaultValuedParameter<"int64_t", "0">:$parts, DefaultValuedParameter<"int64_t", "0">:$paths, DefaultValuedParameter<"int64_t", "0">:$ahead,
                        DefaultValuedParameter<"bool", "false">:$streamed, DefaultValuedParameter<"bool", "false">:$pushed, DefaultValuedParameter<"int64_t", "1">:$abreast, DefaultValuedParameter<"bool", "false">:$inPlace, StringRefParameter<>:$reason);
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    /// The name under which a sweep carries it.
    static constexpr ::llvm::StringLiteral attributeName = "tree.schedule";
  }];
}

#endif
