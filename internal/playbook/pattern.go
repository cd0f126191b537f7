package playbook

import "strings"

// pattern is a few words that must stand in a text in their order. Words may be
// in any form. Between them up to three words that say nothing (the skip list)
// may stand, so "cut off" is found in "cut him right off".
//
// Authors write them in the YAML files: "a/b" is one of several words, "@who" a
// class of words, "@name" somebody named, "." the end of a sentence or a comma, "talk:ing" only the form that ends so and
// "talk:!ing" every other.
type pattern struct {
	elements []element
	id       int  // what it stands for, the caller's number
	hint     bool // it is only a sign
}

type element struct {
	stems  []string
	ending string
	not    bool // the form must not have the ending
}

// maxSkip is how many words that say nothing may stand between two of a pattern.
const maxSkip = 3

func (rd *reader) compile(text string, id int) pattern {
	p := pattern{id: id}
	for _, field := range spelledOut(text) {
		field, ending, _ := strings.Cut(field, ":")
		e := element{ending: strings.TrimPrefix(ending, "!"), not: strings.HasPrefix(ending, "!")}
		for _, alt := range strings.Split(field, "/") {
			if class, ok := rd.tables.classes[strings.TrimPrefix(alt, "@")]; ok && strings.HasPrefix(alt, "@") {
				for _, m := range class {
					e.stems = append(e.stems, rd.stem(m))
				}
				continue
			}
			e.stems = append(e.stems, rd.stem(alt))
		}
		p.elements = append(p.elements, e)
	}
	return p
}

// spelledOut takes the words of a pattern apart as those of a text are: "never
// invite" is "not ever invite".
func spelledOut(text string) []string {
	var fields []string
	for _, f := range strings.Fields(text) {
		if full, ok := contractions[f]; ok {
			fields = append(fields, strings.Fields(full)...)
		} else if base, ok := strings.CutSuffix(f, "n't"); ok {
			fields = append(fields, base, stemNot)
		} else {
			fields = append(fields, f)
		}
	}
	return fields
}

// patterns finds which of many patterns a text holds; they are kept by the
// stem they begin with.
type patterns map[string][]pattern

func (rd *reader) compileAll(texts []string) patterns {
	ps := patterns{}
	for _, t := range texts {
		ps.add(rd.compile(t, 0))
	}
	return ps
}

func (ps patterns) add(p pattern) {
	if len(p.elements) == 0 {
		return
	}
	for _, s := range p.elements[0].stems {
		ps[s] = append(ps[s], p)
	}
}

// each calls found for every pattern that begins at a word, with the first and
// last word it covers, until found returns false.
func (ps patterns) each(rd *reader, ws []word, found func(p pattern, from, to int) bool) {
	for i := range ws {
		for _, p := range ps[ws[i].stem] {
			if to, ok := rd.match(p, ws, i); ok && !found(p, i, to) {
				return
			}
		}
	}
}

// any says whether a text holds one of the patterns.
func (ps patterns) any(rd *reader, ws []word) bool {
	hit := false
	ps.each(rd, ws, func(pattern, int, int) bool { hit = true; return false })
	return hit
}

// match says whether p stands in ws from word i on, and where it ends.
func (rd *reader) match(p pattern, ws []word, i int) (last int, ok bool) {
	for n, e := range p.elements {
		skipped := 0
		for n > 0 && !e.end() && i < len(ws) && !e.holds(ws[i]) && rd.skip[ws[i].stem] && skipped < maxSkip {
			i++
			skipped++
		}
		if i >= len(ws) || !e.holds(ws[i]) {
			return 0, false
		}
		last = i
		i++
	}
	return last, true
}

// end says that the element is the end of a sentence, which comes right after the
// word before it.
func (e element) end() bool { return e.stems[0] == stemStop }

func (e element) holds(w word) bool {
	if e.ending != "" && strings.HasSuffix(w.norm, e.ending) == e.not {
		return false
	}
	for _, s := range e.stems {
		if s == w.stem {
			return true
		}
	}
	return false
}
