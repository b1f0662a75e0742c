// RUN: espalier-opt %s --cpu-lower-fetches --split-input-file | FileCheck %s
// RUN: espalier-opt %s --cpu-lower-fetches --cpu-lower-solves --split-input-file | FileCheck %s --check-prefix=SOLVE

// Sixteen rows of two chunks (of 256 bytes) and the tile W go into the list of the solve, wherever in the block
// they stand. The list: where the next entry lies, where the list ends, 16 x 2 + 16 entries, an entry that is always near.
// CHECK-LABEL: func.func @beside
// CHECK:         %[[LIST:.*]] = memref.alloca() : memref<51xi64>
// CHECK:         scf.for
// CHECK-COUNT-2:   llvm.store {{.*}} : i64, !llvm.ptr
// CHECK:         }
// CHECK-COUNT-16: llvm.store {{.*}} : i64, !llvm.ptr
// CHECK:         tile.solve_into general {{.*}} fetching %[[LIST]]
// CHECK-NOT:     fetch_rows
// CHECK-NOT:     llvm.intr.prefetch
// CHECK:         return

// It asks while it computes, and for the rest behind it.
// SOLVE-LABEL: func.func @beside
// SOLVE:         call @solve_general_f32_16_by_{{[0-9]+}}_at_16_16_at_16_to_16_fetching
// SOLVE:         scf.while
// SOLVE-COUNT-4:   llvm.intr.prefetch
// SOLVE-LABEL: func.func private @solve_general_f32_16_by_{{[0-9]+}}_at_16_16_at_16_to_16_fetching
// SOLVE:         arith.divf
// SOLVE-COUNT-4: llvm.intr.prefetch
func.func @beside(%s: memref<16x16xf32>, %b: memref<16x16xf32>, %x: memref<16x16xf32>, %w: memref<16x32xf32>, %line: memref<?xf32>, %rows: memref<16xi32>, %W: memref<16x8x8xf32, strided<[1, 128, 16]>>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  tile.fetch_rows %line at %c0 step %c128 rows %rows of 128 : memref<?xf32>, memref<16xi32>
  tile.solve_into general %s (%b) into (%x) scratch %w location 7 at %c0, %c0 : memref<16x16xf32> (memref<16x16xf32>) into (memref<16x16xf32>) scratch memref<16x32xf32>
  tile.fetch %W first 4096 far for_writing : memref<16x8x8xf32, strided<[1, 128, 16]>>
  return
}

// -----

// What is shorter than a chunk, or lies in pieces, is a burst: a line of each row, one of the other tile. Small systems
// are solved before memory has answered.
// CHECK-LABEL: func.func @bursts
// CHECK-NOT:     memref.alloca
// CHECK-COUNT-4: "llvm.intr.prefetch"(%{{.*}}) <{cache = 1 : i32, hint = 3 : i32, rw = 0 : i32}>
// CHECK:         "llvm.intr.prefetch"(%{{.*}}) <{cache = 1 : i32, hint = 1 : i32, rw = 1 : i32}>
// CHECK-NOT:     prefetch
// CHECK:         tile.fetch_rows
// CHECK:         tile.solve_into
// CHECK-NOT:     fetching
func.func @bursts(%s: memref<3x3xf32>, %b: memref<3x3xf32>, %x: memref<3x3xf32>, %w: memref<3x6xf32>, %line: memref<?xf32>, %rows: memref<16xi32>, %far: memref<4x16xf32, strided<[512, 1]>>, %short: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  tile.fetch %far first 1024 : memref<4x16xf32, strided<[512, 1]>>
  tile.fetch %short first 1024 far for_writing : memref<16xf32>
  tile.fetch_rows %line at %c0 step %c128 rows %rows of 128 : memref<?xf32>, memref<16xi32>
  tile.solve_into general %s (%b) into (%x) scratch %w location 7 at %c0, %c0 : memref<3x3xf32> (memref<3x3xf32>) into (memref<3x3xf32>) scratch memref<3x6xf32>
  return
}

// -----

// Rows that are found behind the solve stay there.
// CHECK-LABEL: func.func @later
// CHECK:         tile.solve_into
// CHECK-NOT:     fetching
// CHECK:         memref.store
// CHECK:         tile.fetch_rows
func.func @later(%s: memref<16x16xf32>, %b: memref<16x16xf32>, %x: memref<16x16xf32>, %w: memref<16x32xf32>, %line: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %row = arith.constant 5 : i32
  %rows = memref.alloca() : memref<1xi32>
  tile.solve_into general %s (%b) into (%x) scratch %w location 7 at %c0, %c0 : memref<16x16xf32> (memref<16x16xf32>) into (memref<16x16xf32>) scratch memref<16x32xf32>
  memref.store %row, %rows[%c0] : memref<1xi32>
  tile.fetch_rows %line at %c0 step %c128 rows %rows of 128 : memref<?xf32>, memref<1xi32>
  return
}
