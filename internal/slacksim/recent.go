package slacksim

import "slices"

// keepLast is how many calls, envelopes, triggers, response URLs and violations
// the workspace remembers, so that a demonstration can run for weeks.
const keepLast = 10_000

// recent is a map by id that forgets: when there are more than keepLast entries,
// the oldest of those that are over. The zero value is ready.
type recent[V any] struct {
	byID  map[string]V
	order []string // of ids, oldest first
	tidy  int      // the length at which to forget again
}

func (r *recent[V]) get(id string) V { return r.byID[id] }

// all lists the entries, oldest first.
func (r *recent[V]) all() []V {
	out := make([]V, 0, len(r.order))
	for _, id := range r.order {
		out = append(out, r.byID[id])
	}
	return out
}

// put adds an entry. over says of one that nobody needs it any more.
func (r *recent[V]) put(id string, v V, over func(V) bool) {
	if r.byID == nil {
		r.byID, r.tidy = map[string]V{}, keepLast+keepLast/10
	}
	r.byID[id] = v
	r.order = append(r.order, id)
	if len(r.order) < r.tidy {
		return
	}
	var kept []string
	for i, id := range r.order {
		if i < len(r.order)-keepLast && over(r.byID[id]) {
			delete(r.byID, id)
			continue
		}
		kept = append(kept, id)
	}
	r.order, r.tidy = kept, len(kept)+keepLast/10
}

// last cuts a list that has grown by a tenth beyond keepLast to that.
func last[T any](list []T) []T {
	if len(list) < keepLast+keepLast/10 {
		return list
	}
	return slices.Clone(list[len(list)-keepLast:])
}
