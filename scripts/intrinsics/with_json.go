//go:build with_json

package main

import (
	"encoding/json"
	"fmt"
)

func other() {
	fmt.Println(json.Marshal(map[string][]any{"a": {1, 2.5, nil}}))
}
