package blockcheck

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

const (
	// maxMarkdown is the most characters of all markdown blocks of a message.
	maxMarkdown = 12_000
	// maxTableText is the most characters in all cells of a message.
	maxTableText = 10_000
)

func (c *checker) markdown(n node) {
	n.require("text")
	if s, ok := n.str("text", 1, maxMarkdown); ok {
		c.markdownSize += size(s)
		c.markdownBlocks += expanded(s) - 1
	}
}

var ownBlock = regexp.MustCompile(`^ {0,3}(#{1,6}([ \t]|$)|(-[ \t]*){3,}$|(\*[ \t]*){3,}$|(_[ \t]*){3,}$)`)

// expanded is how many blocks Slack makes of Markdown: headings and rules
// stand alone, everything between two of them is one block.
func expanded(markdown string) int {
	blocks, inText := 0, false
	for line := range strings.Lines(markdown) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case ownBlock.MatchString(line):
			blocks++
			inText = false
		case strings.TrimSpace(line) != "" && !inText:
			blocks++
			inText = true
		}
	}
	return max(1, blocks)
}

// totals checks what all blocks of a message have together.
func (c *checker) totals() {
	if c.markdownSize > maxMarkdown {
		c.fail("/blocks", "markdown must be less than %d characters in all", maxMarkdown+1)
	}
	if c.markdownBlocks > 0 && c.blockCount+c.markdownBlocks > MaxMessageBlocks {
		c.fail("/blocks", "no more than %d items allowed", MaxMessageBlocks)
	}
	if c.tableSize > maxTableText {
		c.fail("/blocks", "tables must be less than %d characters in all", maxTableText+1)
	}
	if c.tables > 1 {
		c.fail("/blocks", "only_one_table_allowed")
	}
	if c.charts > 2 {
		c.fail("/blocks", "no more than 2 data_visualization blocks allowed")
	}
}

func (c *checker) table(n node) {
	c.tables++
	n.require("rows")
	for i, v := range n.array("rows", 1, 100) {
		at := item(n.at("rows"), i)
		row, ok := v.([]any)
		if !ok {
			c.fail(at, "must provide an array")
			continue
		}
		c.count(at, len(row), 1, 20)
		for j, cell := range row {
			c.cell(item(at, j), cell)
		}
	}
	for i, v := range n.array("column_settings", 1, 20) {
		s, ok := c.node(item(n.at("column_settings"), i), v)
		if !ok {
			continue
		}
		s.enum("align", "left", "center", "right")
		s.boolean("is_wrapped")
		s.end()
	}
}

func (c *checker) cell(path string, v any) {
	n, ok := c.node(path, v)
	if !ok {
		return
	}
	n.require("type")
	typ, ok := n.str("type", 1, maxText)
	if !ok {
		return
	}
	switch typ {
	case "raw_text":
		n.require("text")
		s, _ := n.str("text", 1, maxTableText)
		c.tableSize += size(s)
	case "raw_number":
		n.require("value")
		n.amount("value")
		s, _ := n.str("text", 1, maxTableText)
		c.tableSize += max(size(s), size(numberText(n.fields["value"])))
	case "rich_text":
		c.richText(n)
		c.tableSize += textIn(v)
	default:
		c.fail(n.at("type"), "unsupported type: %s", clip(typ))
		return
	}
	n.end()
}

// textIn counts what a person reads in a rich_text.
func textIn(v any) int {
	total := 0
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			total += textIn(e)
		}
	case map[string]any:
		for name, e := range v {
			if s, ok := e.(string); ok && name != "type" && name != "style" {
				total += size(s)
				continue
			}
			total += textIn(e)
		}
	}
	return total
}

func numberText(v any) string {
	n, _ := v.(json.Number)
	return n.String()
}

// amount reads a number of any kind.
func (n node) amount(name string) (f float64, ok bool) {
	v, present := n.get(name)
	if !present {
		return 0, false
	}
	num, ok := v.(json.Number)
	if !ok {
		n.c.fail(n.at(name), "must be a number")
		return 0, false
	}
	f, err := num.Float64()
	if err != nil {
		n.c.fail(n.at(name), "must be a number")
	}
	return f, err == nil
}

func (c *checker) dataVisualization(n node) {
	c.charts++
	n.require("title", "chart")
	n.str("title", 1, 50)
	chart, ok := n.child("chart")
	if !ok {
		return
	}
	chart.require("type")
	switch typ := chart.enum("type", "pie", "bar", "area", "line"); typ {
	case "pie":
		chart.require("segments")
		for i, v := range chart.array("segments", 1, 6) {
			if s, ok := c.node(item(chart.at("segments"), i), v); ok {
				s.require("label", "value")
				s.str("label", 1, 20)
				if f, ok := s.amount("value"); ok && f <= 0 {
					c.fail(s.at("value"), "must be greater than 0")
				}
				s.end()
			}
		}
	case "bar", "area", "line":
		c.series(chart)
	}
	chart.end()
}

func (c *checker) series(chart node) {
	chart.require("series", "axis_config")
	var categories []string
	if axis, ok := chart.child("axis_config"); ok {
		axis.require("categories")
		categories = axis.stringList("categories", 1, 20, func(s string) bool { return s != "" && size(s) <= 20 })
		axis.str("x_label", 1, 50)
		axis.str("y_label", 1, 50)
		axis.end()
	}
	names := map[string]bool{}
	for i, v := range chart.array("series", 1, 6) {
		s, ok := c.node(item(chart.at("series"), i), v)
		if !ok {
			continue
		}
		s.require("name", "data")
		name, ok := s.str("name", 1, 20)
		if ok && names[name] {
			c.fail(s.at("name"), "must be unique")
		}
		names[name] = true
		c.points(s, categories)
		s.end()
	}
}

// points reads one value for every category.
func (c *checker) points(s node, categories []string) {
	list := s.array("data", 1, 20)
	if len(list) != len(categories) {
		c.fail(s.at("data"), "must have one point for every category")
	}
	seen := map[string]bool{}
	for i, v := range list {
		p, ok := c.node(item(s.at("data"), i), v)
		if !ok {
			continue
		}
		p.require("label", "value")
		label, ok := p.str("label", 1, 20)
		if ok && (!slices.Contains(categories, label) || seen[label]) {
			c.fail(p.at("label"), "must be one of the categories, once")
		}
		seen[label] = true
		p.amount("value")
		p.end()
	}
}
