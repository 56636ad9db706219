// Bigints computes with math/big: digits of pi, a power modulo a prime, a
// factorial in decimal.
package main

import (
	"math/big"

	"bench/internal/work"
)

// pi returns digits of pi by Machin's formula.
func pi(digits int64) *big.Int {
	unity := new(big.Int).Exp(big.NewInt(10), big.NewInt(digits+10), nil)
	arctan := func(x int64) *big.Int {
		square := big.NewInt(x * x)
		term := new(big.Int).Quo(unity, big.NewInt(x))
		total := new(big.Int).Set(term)
		for n := int64(3); term.Sign() != 0; n += 2 {
			term.Quo(term, square)
			part := new(big.Int).Quo(term, big.NewInt(n))
			if n%4 == 3 {
				total.Sub(total, part)
			} else {
				total.Add(total, part)
			}
		}
		return total
	}
	result := new(big.Int).Mul(big.NewInt(16), arctan(5))
	return result.Sub(result, new(big.Int).Mul(big.NewInt(4), arctan(239)))
}

func main() {
	sum := work.NewSum()
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 2203), big.NewInt(1))
	base := big.NewInt(3)
	for round := range work.Rounds(72) {
		sum.Write(pi(2000).Bytes())
		power := new(big.Int).Exp(base, new(big.Int).Rsh(prime, 1), prime)
		sum.Write(power.Bytes())
		factorial := new(big.Int).MulRange(1, int64(3000+round))
		sum.Write([]byte(factorial.String()))
		base.Add(base, big.NewInt(2))
	}
	sum.Print("bigints")
}
