// Spectralnorm multiplies an implicit matrix by vectors: floating-point division.
package main

import (
	"fmt"
	"math"

	"bench/internal/work"
)

const size = 700

func element(i, j int) float64 {
	return 1 / float64((i+j)*(i+j+1)/2+i+1)
}

func times(to, v []float64, transposed bool) {
	for i := range to {
		var sum float64
		for j := range v {
			if transposed {
				sum += element(j, i) * v[j]
			} else {
				sum += element(i, j) * v[j]
			}
		}
		to[i] = sum
	}
}

func main() {
	u, v, w := make([]float64, size), make([]float64, size), make([]float64, size)
	for i := range u {
		u[i] = 1
	}
	square := func(to, from []float64) {
		times(w, from, false)
		times(to, w, true)
	}
	for range work.Rounds(190) {
		square(v, u)
		square(u, v)
	}
	var numerator, denominator float64
	square(v, u)
	for i := range u {
		numerator += u[i] * v[i]
		denominator += u[i] * u[i]
	}
	fmt.Printf("spectralnorm %.12f\n", math.Sqrt(numerator/denominator))
}
