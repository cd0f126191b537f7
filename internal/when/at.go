package when

import (
	"sync"
	"time"
)

// farthest is more than any clock on earth is or was from UTC, in seconds.
const farthest = 26 * 60 * 60

// At is the moment at which clocks in a zone show a minute after midnight of the
// date. Where they skip it, it is as much later as they skip (RFC 5545, 3.3.5); so
// what falls on a day that a zone left out comes a day later. Where they show it
// twice it is the first time. A nil zone is UTC.
func (d Date) At(minute int, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	shown := int64(d)*24*60*60 + int64(minute)*60
	t := time.Unix(shown-farthest, 0).In(zone)
	for {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		moment := shown - int64(offset)
		if end.IsZero() || moment < end.Unix() {
			return time.Unix(moment, 0).In(zone)
		}
		if _, after := end.Zone(); shown-int64(after) < end.Unix() {
			return time.Unix(moment, 0).In(zone) // skipped: as if the clocks went on as before
		}
		t = end
	}
}

var zones sync.Map // of *time.Location by name; only names that exist are kept

// Zone is the IANA zone of a name, UTC if there is none of that name.
func Zone(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" { // nobody lives in the server’s own zone
		return time.UTC
	}
	zones.Store(name, z)
	return z
}
