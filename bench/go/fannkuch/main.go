// Fannkuch flips permutations: small slices and unpredictable branches.
package main

import "bench/internal/work"

const size = 9

// fannkuch returns the checksum and the most flips.
func fannkuch() (int, int) {
	var perm, work, count [size]int
	for i := range perm {
		perm[i] = i
	}
	checksum, most := 0, 0
	for index, r := 0, size; ; index++ {
		for ; r != 1; r-- {
			count[r-1] = r
		}
		work = perm
		flips := 0
		for first := work[0]; first != 0; first = work[0] {
			for i, j := 0, first; i < j; i, j = i+1, j-1 {
				work[i], work[j] = work[j], work[i]
			}
			flips++
		}
		most = max(most, flips)
		if index%2 == 0 {
			checksum += flips
		} else {
			checksum -= flips
		}
		for {
			if r == size {
				return checksum, most
			}
			first := perm[0]
			copy(perm[:r], perm[1:r+1])
			perm[r] = first
			count[r]--
			if count[r] > 0 {
				break
			}
			r++
		}
	}
}

func main() {
	sum := work.NewSum()
	for range work.Rounds(40) {
		checksum, most := fannkuch()
		sum.Add(uint64(checksum))
		sum.Add(uint64(most))
	}
	sum.Print("fannkuch")
}
