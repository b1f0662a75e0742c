// RUN: espalier-opt %s -split-input-file -verify-diagnostics

// tree-C1
// expected-error @+1 {{expects an arity of at least 1 of a perfect tree, got 0}}
func.func @arity(%T: !tree.tree<perfect>) { return }

// -----
// tree-C1
// expected-error @+1 {{expects no arity of a rooted tree, got 2}}
func.func @no_arity(%T: !tree.tree<rooted, 2>) { return }

// -----
// edges-C1
func.func @pairs_of_a_grid(%n: index, %p: tensor<?x2xi32>) {
  // expected-error @+1 {{expects no pairs of 'grid'}}
  %0 = tree.edges grid(%n, %n) count(%n) pairs(%p : tensor<?x2xi32>) : tensor<?x2xi32>
  return
}

// -----
// edges-C1
func.func @no_pairs(%n: index) {
  // expected-error @+1 {{expects pairs of 'edges'}}
  %0 = tree.edges edges(%n, %n) count(%n) : tensor<?x2xi32>
  return
}

// -----
// edges-C1
func.func @rank_of_pairs(%n: index, %p: tensor<?xi32>) {
  // expected-error @+1 {{expects pairs of rank 2 or 3, got rank 1}}
  %0 = tree.edges edges(%n, %n) count(%n) pairs(%p : tensor<?xi32>) : tensor<?x2xi32>
  return
}

// -----
// edges-C2
func.func @rank_of_ends(%n: index) {
  // expected-error @+1 {{expects ends of rank 2 with a last axis of 2, got 'tensor<?x?x2xi32>'}}
  %0 = tree.edges band(%n, %n) count(%n) : tensor<?x?x2xi32>
  return
}

// -----
// edges-C2
func.func @three_ends(%n: index, %p: tensor<?x?x2xi32>) {
  // expected-error @+1 {{expects ends of rank 3 with a last axis of 2, got 'tensor<?x?x3xi32>'}}
  %0 = tree.edges edges(%n, %n) count(%n) pairs(%p : tensor<?x?x2xi32>) : tensor<?x?x3xi32>
  return
}

// -----
// spanning_tree-C1
func.func @rank_of_costs(%n: index, %c: tensor<?x?x?xf64>, %e: tensor<?x2xi32>) {
  // expected-error @+1 {{expects numbers of rank 1 or 2, got rank 3}}
  %0 = tree.spanning_tree %c over %e of %n : tensor<?x?x?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return
}

// -----
// spanning_tree-C1
func.func @own_edges_of_one_tree(%n: index, %c: tensor<?xf64>, %e: tensor<?x?x2xi32>) {
  // expected-error @+1 {{expects ends of rank 2 for numbers of rank 1, got rank 3}}
  %0 = tree.spanning_tree %c over %e of %n : tensor<?xf64>, tensor<?x?x2xi32> -> !tree.tree<rooted>
  return
}

// -----
// spanning_tree-C1
func.func @one_end(%n: index, %c: tensor<?x?xf64>, %e: tensor<?x1xi32>) {
  // expected-error @+1 {{expects two ends of each edge, got 'tensor<?x1xi32>'}}
  %0 = tree.spanning_tree %c over %e of %n : tensor<?x?xf64>, tensor<?x1xi32> -> !tree.tree<rooted>
  return
}

// -----
// spanning_tree-C2
func.func @spanning_forest(%n: index, %c: tensor<?xf64>, %e: tensor<?x2xi32>) {
  // expected-error @+1 {{expects a rooted tree, got '!tree.tree<forest>'}}
  %0 = tree.spanning_tree %c over %e of %n : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<forest>
  return
}

// -----
// view-C1
func.func @sizes_of_a_view(%n: index, %x: tensor<?x?xf32>) {
  // expected-error @+1 {{expects one size per dynamic axis of 'tensor<?xf32>', got 2}}
  %0 = tree.view %x sizes(%n, %n) : tensor<?x?xf32> -> tensor<?xf32>
  return
}

// -----
// view-C2
func.func @type_of_a_view(%n: index, %x: tensor<?x?xf32>) {
  // expected-error @+1 {{expects equal element types, got 'f32' and 'f64'}}
  %0 = tree.view %x sizes(%n) : tensor<?x?xf32> -> tensor<?xf64>
  return
}

// -----
// view-C2
func.func @elements_of_a_view(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expects 6 elements, got 5}}
  %0 = tree.view %x : tensor<2x3xf32> -> tensor<5xf32>
  return
}

// -----
// from_parents-C1
func.func @kind(%p: tensor<?xi32>) {
  // expected-error @+1 {{expects a rooted tree or a forest, got '!tree.tree<chain>'}}
  %0 = tree.from_parents %p : tensor<?xi32> -> !tree.tree<chain>
  return
}

// -----
// from_parents-C1
func.func @rank(%p: tensor<?x?x?xi32>) {
  // expected-error @+1 {{expects parents of rank 1 or 2, got rank 3}}
  %0 = tree.from_parents %p : tensor<?x?x?xi32> -> !tree.tree<forest>
  return
}

// -----
// sweep-C1
func.func @no_handle(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{expects 2 region arguments (axis indices, vertex, handles), got 1}}
  %0 = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    %x = arith.constant 0.0 : f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----
// sweep-C1
func.func @wrong_handle(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{expects region argument 1 of type 'tensor<?xf32>', got 'tensor<?x?xf32>'}}
  %0 = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %x = arith.constant 0.0 : f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----
// sweep-C2
func.func @result(%B: index, %T: !tree.tree<rooted>) {
  // expected-error @+1 {{yields 'tensor<4xf32>' for definition 0: expects the result 'tensor<?x?x4xf32>', got 'tensor<?x4xf32>'}}
  %0 = tree.sweep each batch(%B) over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x4xf32>):
    %x = arith.constant dense<0.0> : tensor<4xf32>
    tree.yield %x : tensor<4xf32>
  } : tensor<?x4xf32>
  return
}

// -----
// sweep-C2: leading sizes are dynamic
func.func @static(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{expects the result 'tensor<?xf32>', got 'tensor<7xf32>'}}
  %0 = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<7xf32>):
    %x = arith.constant 0.0 : f32
    tree.yield %x : f32
  } : tensor<7xf32>
  return
}

// -----
// sweep-C2
func.func @count(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{expects one yielded tile per definition: 1 definitions, got 2}}
  %0 = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x = arith.constant 0.0 : f32
    tree.yield %x, %x : f32, f32
  } : tensor<?xf32>
  return
}

// -----
// sweep-C3
func.func @no_tree() {
  // expected-error @+1 {{expects a tree for 'up'}}
  tree.sweep up {
    tree.yield
  }
  return
}

// -----
// sweep-C3
func.func @leaves_without_tree() {
  // expected-error @+1 {{expects a tree for 'leaves'}}
  tree.sweep each leaves {
    tree.yield
  }
  return
}

// -----
// sweep-C3
func.func @leaves_up(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{expects 'each' for 'leaves', got 'up'}}
  tree.sweep up leaves over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    tree.yield
  }
  return
}

// -----
// sweep-C4
func.func @accumulator(%T: !tree.tree<rooted>, %zero: tensor<4xf32>) {
  // expected-error @+1 {{expects an accumulator's result of its initial value's type 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0 = tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero : tensor<4xf32>) {
  ^bb0(%v: !tree.vertex, %sum: tensor<5xf32>):
    tree.yield
  } : tensor<5xf32>
  return
}

// -----
// sweep-C4
func.func @no_result(%T: !tree.tree<rooted>, %zero: tensor<4xf32>) {
  // expected-error @+1 {{expects a result per accumulator: 1 accumulators, got 0 results}}
  tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero : tensor<4xf32>) {
  ^bb0(%v: !tree.vertex):
    tree.yield
  }
  return
}

// -----
// sweep-C5
func.func @each_reads_itself(%T: !tree.tree<rooted>) {
  %0 = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    // expected-error @+1 {{cannot read a definition of its own 'each' sweep}}
    %x = tree.read %self[%p : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----
// sweep-C6
func.func @nested(%T: !tree.tree<rooted>) {
  tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    // expected-error @+1 {{cannot stand within another sweep}}
    tree.sweep each over %T : !tree.tree<rooted> {
    ^bb0(%w: !tree.vertex):
      tree.yield
    }
    tree.yield
  }
  return
}

// -----
// sweep-C7
func.func @escapes(%T: !tree.tree<rooted>) {
  %0 = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    // expected-error @+1 {{cannot use the handle of a definition; it can only be read by tree.read}}
    %n = tensor.rank %self : tensor<?xf32>
    %x = arith.constant 0.0 : f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----
// sweep-C7
func.func @accumulator_escapes(%T: !tree.tree<rooted>, %zero: tensor<?xf32>) {
  %0 = tree.sweep up over %T : !tree.tree<rooted> accumulate(%zero : tensor<?xf32>) {
  ^bb0(%v: !tree.vertex, %sum: tensor<?xf32>):
    // expected-error @+1 {{cannot use the handle of an accumulator; it is only for tree.accumulate}}
    %n = tensor.rank %sum : tensor<?xf32>
    tree.yield
  } : tensor<?xf32>
  return
}

// -----
// read-C1
func.func @axes(%T: !tree.tree<rooted>, %x: tensor<?x?x?xf32>) {
  tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    // expected-error @+1 {{expects 3 axes of 'tensor<?x?x?xf32>' to be bound by [batch], indices and tile, got 1 indices and a tile of rank 0}}
    %0 = tree.read %x[%v : !tree.vertex] : tensor<?x?x?xf32> -> f32
    tree.yield
  }
  return
}

// -----
// read-C1
func.func @no_batch(%T: !tree.tree<rooted>, %x: tensor<?x?xf32>) {
  tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    // expected-error @+1 {{leaves the first axis of 'tensor<?x?xf32>' unbound: the batch axis needs a sweep with 'batch'}}
    %0 = tree.read %x[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield
  }
  return
}

// -----
// read-C2
func.func @tile(%T: !tree.tree<rooted>, %x: tensor<?x4xf32>) {
  tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    // expected-error @+1 {{expects the tile 'tensor<4xf32>' of 'tensor<?x4xf32>', got 'tensor<5xf32>'}}
    %0 = tree.read %x[%v : !tree.vertex] : tensor<?x4xf32> -> tensor<5xf32>
    tree.yield
  }
  return
}

// -----
// read-C2
func.func @element(%T: !tree.tree<rooted>, %x: tensor<?xf32>) {
  tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    // expected-error @+1 {{expects equal element types, got 'f32' and 'f64'}}
    %0 = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f64
    tree.yield
  }
  return
}

// -----
// read-C3
func.func @own(%T: !tree.tree<rooted>) {
  %0 = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    // expected-error @+1 {{expects to read a definition of its own 'up' sweep with the sweep's axis indices at a child of the sweep's vertex}}
    %x = tree.read %self[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C3
func.func @parent_in_up(%T: !tree.tree<rooted>) {
  %0 = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    // expected-error @+1 {{expects to read a definition of its own 'up' sweep with the sweep's axis indices at a child of the sweep's vertex}}
    %x = tree.read %self[%p : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C3: children in another tree
func.func @other_tree(%T: !tree.tree<rooted>, %U: !tree.tree<rooted>) {
  %0 = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %s = tree.reduce [sum] over children(%v) of %U : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      // expected-error @+1 {{expects to read a definition of its own 'up' sweep with the sweep's axis indices at a child of the sweep's vertex}}
      %x = tree.read %self[%c : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %x : f32
    } : f32
    tree.yield %s : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C3: children of a child
func.func @grandchildren(%T: !tree.tree<rooted>) {
  %0 = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %t = tree.reduce [sum] over children(%c) of %T : !tree.tree<rooted> {
      ^bb0(%d: !tree.vertex):
        // expected-error @+1 {{expects to read a definition of its own 'up' sweep with the sweep's axis indices at a child of the sweep's vertex}}
        %x = tree.read %self[%d : !tree.vertex] : tensor<?xf32> -> f32
        tree.yield %x : f32
      } : f32
      tree.yield %t : f32
    } : f32
    tree.yield %s : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C3: another axis index
func.func @axis(%H: index, %T: !tree.tree<rooted>) {
  %0 = tree.sweep down axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %one = arith.constant 1 : index
    %p = tree.parent %v of %T : !tree.tree<rooted>
    // expected-error @+1 {{expects to read a definition of its own 'down' sweep with the sweep's axis indices at the parent of the sweep's vertex}}
    %x = tree.read %self[%one, %p : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %x : f32
  } : tensor<?x?xf32>
  return
}

// -----
// read-C3: the parent of the parent
func.func @grandparent(%T: !tree.tree<rooted>) {
  %0 = tree.sweep down over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %q = tree.parent %p of %T : !tree.tree<rooted>
    // expected-error @+1 {{expects to read a definition of its own 'down' sweep with the sweep's axis indices at the parent of the sweep's vertex}}
    %x = tree.read %self[%q : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C4
func.func @accumulator_read(%T: !tree.tree<rooted>, %zero: tensor<?xf32>) {
  %0 = tree.sweep up over %T : !tree.tree<rooted> accumulate(%zero : tensor<?xf32>) {
  ^bb0(%v: !tree.vertex, %sum: tensor<?xf32>):
    // expected-error @+1 {{cannot read an accumulator of its own sweep}}
    %x = tree.read %sum[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield
  } : tensor<?xf32>
  return
}

// -----
// read-C5
func.func @tile_read(%T: !tree.tree<rooted>, %x: tensor<?x4xf32>, %i: index) {
  tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    %tile = tree.read %x[%v : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    // expected-error @+1 {{expects a tensor from outside the sweep or one of its handles}}
    %0 = tree.read %tile[%i : index] : tensor<4xf32> -> f32
    tree.yield
  }
  return
}

// -----
// accumulate-C1
func.func @target(%T: !tree.tree<rooted>, %x: tensor<?xf32>) {
  tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    %one = arith.constant 1.0 : f32
    // expected-error @+1 {{expects an accumulator of the enclosing sweep as its target}}
    tree.accumulate %one into %x[%v : !tree.vertex] : f32 into tensor<?xf32>
    tree.yield
  }
  return
}

// -----
// accumulate-C1: a definition is no accumulator
func.func @definition(%T: !tree.tree<rooted>) {
  %0 = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %one = arith.constant 1.0 : f32
    // expected-error @+1 {{expects an accumulator of the enclosing sweep as its target}}
    tree.accumulate %one into %self[%v : !tree.vertex] : f32 into tensor<?xf32>
    tree.yield %one : f32
  } : tensor<?xf32>
  return
}

// -----
// accumulate-C2
func.func @accumulated_tile(%T: !tree.tree<rooted>, %zero: tensor<?x4xf32>) {
  %0 = tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero : tensor<?x4xf32>) {
  ^bb0(%v: !tree.vertex, %sum: tensor<?x4xf32>):
    %g = arith.constant dense<1.0> : tensor<5xf32>
    // expected-error @+1 {{expects the tile 'tensor<4xf32>' of 'tensor<?x4xf32>', got 'tensor<5xf32>'}}
    tree.accumulate %g into %sum[%v : !tree.vertex] : tensor<5xf32> into tensor<?x4xf32>
    tree.yield
  } : tensor<?x4xf32>
  return
}

// -----
// check_finite-C1
func.func @outside(%x: f32) {
  // expected-error @+1 {{expects to stand in a sweep}}
  tree.check_finite %x : f32
  return
}

// -----
// reduce-C1
func.func @no_vertex(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{over children expects vertex}}
  tree.reduce [] over children of %T : !tree.tree<rooted> {
  ^bb0(%c: !tree.vertex):
    tree.yield
  }
  return
}

// -----
// reduce-C1
func.func @no_upper(%n: index) {
  // expected-error @+1 {{over range expects upper bound}}
  tree.reduce [] over range from %n {
  ^bb0(%j: index):
    tree.yield
  }
  return
}

// -----
// reduce-C1
func.func @bounds(%n: index, %T: !tree.tree<rooted>) {
  // expected-error @+1 {{over vertices expects no lower bound}}
  tree.reduce [] over vertices from %n to %n of %T : !tree.tree<rooted> {
  ^bb0(%c: !tree.vertex):
    tree.yield
  }
  return
}

// -----
// reduce-C2
func.func @index_argument(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{expects one argument of type '!tree.vertex' in its body, got 'index' (1)}}
  tree.reduce [] over leaves of %T : !tree.tree<rooted> {
  ^bb0(%j: index):
    tree.yield
  }
  return
}

// -----
// reduce-C2
func.func @filter_argument(%T: !tree.tree<rooted>) {
  // expected-error @+1 {{expects one argument of type '!tree.vertex' in its filter, got  (0)}}
  tree.reduce [] over leaves of %T : !tree.tree<rooted> filter {
    %true = arith.constant true
    tree.yield %true : i1
  } {
  ^bb0(%v: !tree.vertex):
    tree.yield
  }
  return
}

// -----
// reduce-C2
func.func @answer(%n: index) {
  // expected-error @+1 {{expects its filter to end in a tree.yield of one i1}}
  tree.reduce [] over range from %n to %n filter {
  ^bb0(%j: index):
    tree.yield %j : index
  } {
  ^bb0(%j: index):
    tree.yield
  }
  return
}

// -----
// reduce-C3
func.func @kinds(%n: index) {
  // expected-error @+1 {{expects one kind and one result per yielded value: 1 values, got 2 kinds and 1 results}}
  %0 = tree.reduce [sum, max] over range from %n to %n {
  ^bb0(%j: index):
    tree.yield %j : index
  } : index
  return
}

// -----
// reduce-C3
func.func @types(%n: index) {
  // expected-error @+1 {{yields 'index' as value 0, got a result of type 'f32'}}
  %0 = tree.reduce [sum] over range from %n to %n {
  ^bb0(%j: index):
    tree.yield %j : index
  } : f32
  return
}

// -----
// reduce-C3
func.func @combine(%n: index) {
  // expected-error @+1 {{cannot combine elements of 'index' by logsumexp}}
  %0 = tree.reduce [logsumexp] over range from %n to %n {
  ^bb0(%j: index):
    tree.yield %j : index
  } : index
  return
}

// -----
// The kinds are a closed list.
func.func @kind_word(%n: index) {
  // expected-error @+1 {{expected sum, max, min or logsumexp, found 'mean'}}
  %0 = tree.reduce [mean] over range from %n to %n {
  ^bb0(%j: index):
    tree.yield %j : index
  } : index
  return
}

// -----
// sweep-C2
func.func @sweep_terminator() {
  // expected-error @+1 {{expects its region to end in tree.yield}}
  tree.sweep each {
    llvm.unreachable
  }
  return
}

// -----
// reduce-C2
func.func @body_terminator(%n: index) {
  // expected-error @+1 {{expects its body to end in tree.yield}}
  tree.reduce [] over range from %n to %n {
  ^bb0(%j: index):
    llvm.unreachable
  }
  return
}

// -----
// reduce-C2
func.func @filter_blocks(%n: index) {
  // expected-error @+1 {{expects one block in its filter}}
  tree.reduce [] over range from %n to %n filter {
  ^bb0(%j: index):
    llvm.br ^bb1
  ^bb1:
    %true = arith.constant true
    tree.yield %true : i1
  } {
  ^bb0(%j: index):
    tree.yield
  }
  return
}
