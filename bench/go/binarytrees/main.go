// Binarytrees builds and walks trees: allocation and garbage collection.
package main

import "bench/internal/work"

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{grow(depth - 1), grow(depth - 1)}
}

func (t *tree) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

func main() {
	sum := work.NewSum()
	kept := grow(16)
	for round := range work.Rounds(24) {
		for depth := 4; depth <= 16; depth += 4 {
			for range 1 << (16 - depth) {
				sum.Add(uint64(grow(depth).count() + round))
			}
		}
	}
	sum.Add(uint64(kept.count()))
	sum.Print("binarytrees")
}
