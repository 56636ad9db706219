// Jsons encodes and decodes documents, typed and untyped, with encoding/json.
package main

import (
	"encoding/json"
	"log"

	"bench/internal/work"
)

type item struct {
	ID       int               `json:"id"`
	Name     string            `json:"name"`
	Tags     []string          `json:"tags"`
	Price    float64           `json:"price"`
	InStock  bool              `json:"in_stock,omitempty"`
	Supplier *supplier         `json:"supplier"`
	Labels   map[string]string `json:"labels"`
}

type supplier struct {
	Name    string `json:"name"`
	Country string `json:"country"`
	Rating  int    `json:"rating"`
}

func items(count int) []item {
	random := work.Random(123456789)
	countries := []string{"Deutschland", "España", "日本", "Brasil", "Kenya"}
	list := make([]item, count)
	for i := range list {
		list[i] = item{
			ID: i, Name: "item <" + string(rune('a'+random.Below(26))) + "> & \"co\"",
			Tags:     []string{"red", "green", "blue"}[:random.Below(4)],
			Price:    float64(random.Below(1_000_000)) / 64,
			InStock:  random.Below(2) == 1,
			Supplier: &supplier{"Supplier\t" + string(rune('A'+random.Below(26))), countries[random.Below(5)], random.Below(10)},
			Labels:   map[string]string{"shelf": "A7", "colour": countries[random.Below(5)]},
		}
	}
	return list
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	sum := work.NewSum()
	list := items(500)
	for range work.Rounds(120) {
		text, err := json.Marshal(list)
		must(err)
		var typed []item
		must(json.Unmarshal(text, &typed))
		var untyped any
		must(json.Unmarshal(text, &untyped))
		indented, err := json.MarshalIndent(untyped, "", "  ")
		must(err)
		sum.Add(uint64(len(typed)))
		sum.Write(indented[:4096])
		sum.Add(uint64(len(indented)))
	}
	sum.Print("jsons")
}
