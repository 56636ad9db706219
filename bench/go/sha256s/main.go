// Sha256s hashes with crypto/sha256, which is assembly natively.
package main

import (
	"crypto/sha256"

	"bench/internal/work"
)

func main() {
	sum := work.NewSum()
	data := make([]byte, 1<<20)
	random := work.Random(987654321)
	for i := range data {
		data[i] = byte(random.Next())
	}
	for range work.Rounds(1000) {
		digest := sha256.Sum256(data)
		copy(data, digest[:])
	}
	digest := sha256.Sum256(data)
	sum.Write(digest[:])
	sum.Print("sha256s")
}
