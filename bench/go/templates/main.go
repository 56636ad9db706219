// Templates renders pages with text/template: reflection and formatting.
package main

import (
	"log"
	"strings"
	"text/template"

	"bench/internal/work"
)

const page = `{{define "row"}}<tr{{if .Late}} class="late"{{end}}><td>{{.Number | printf "%05d"}}</td><td>{{html .Customer.Name}}</td>
<td>{{range $i, $line := .Lines}}{{if $i}}, {{end}}{{$line.Count}} &times; {{$line.Product | upper}}{{else}}nothing{{end}}</td>
<td>{{printf "%.2f" .Total}}</td></tr>{{end -}}
<h1>{{.Title}}</h1>
<table>{{range .Orders}}{{template "row" .}}{{end}}</table>
{{with .Footer}}<p>{{.}}</p>{{end}}{{if and (gt (len .Orders) 10) (not .Draft)}}long{{else if eq .Title "x"}}x{{end}}
`

type order struct {
	Number   int
	Customer customer
	Lines    []line
	Late     bool
}

type customer struct{ Name string }

type line struct {
	Product string
	Count   int
	Price   float64
}

func (o order) Total() float64 {
	var total float64
	for _, line := range o.Lines {
		total += float64(line.Count) * line.Price
	}
	return total
}

func main() {
	random := work.Random(1234567)
	products := []string{"pencil", "paper", "ink & pen", "glue"}
	orders := make([]order, 200)
	for i := range orders {
		lines := make([]line, random.Below(5))
		for j := range lines {
			lines[j] = line{products[random.Below(4)], random.Below(20), float64(random.Below(1000)) / 8}
		}
		orders[i] = order{i, customer{"<" + products[random.Below(4)] + " Ltd>"}, lines, random.Below(3) == 0}
	}
	parsed, err := template.New("page").Funcs(template.FuncMap{"upper": strings.ToUpper}).Parse(page)
	if err != nil {
		log.Fatal(err)
	}
	sum := work.NewSum()
	for range work.Rounds(300) {
		data := map[string]any{"Title": "Orders", "Orders": orders, "Footer": "end", "Draft": false}
		var text strings.Builder
		if err := parsed.Execute(&text, data); err != nil {
			log.Fatal(err)
		}
		sum.Write([]byte(text.String()))
	}
	sum.Print("templates")
}
