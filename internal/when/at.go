package when

import (
	"sync"
	"time"
)

// farthest is more than any clock on earth is from UTC, in seconds.
const farthest = 16 * 60 * 60

// At is the moment at which clocks in a zone show a minute after midnight of the
// date. Where they skip it, it is as much later as they skip (RFC 5545, 3.3.5); so
// what falls on a day that a zone left out comes a day later. Where they show it
// twice it is the first time. A nil zone is UTC.
func (d Date) At(minute int, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	shown := int64(d)*24*60*60 + int64(minute)*60
	offset := func(unix int64) int64 {
		_, seconds := time.Unix(unix, 0).In(zone).Zone()
		return int64(seconds)
	}
	// Time.ZoneBounds would say it too, but in some leap years far ahead it names an
	// end that is over.
	before, after := offset(shown-farthest), offset(shown+farthest)
	moment := shown - before // also where it is skipped: as if the clocks went on as before
	if offset(moment) != before && offset(shown-after) == after {
		moment = shown - after
	}
	return time.Unix(moment, 0).In(zone)
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
