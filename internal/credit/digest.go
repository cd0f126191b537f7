package credit

import "time"

// When the monthly list of a channel is due, and what month it is of. These are
// rules alone: they know neither Slack nor Redis.

const (
	// digestHour is when it is posted, in the zone of whoever asked for it.
	digestHour = 10
	// digestLate is how late it may be posted after an outage; later it is left
	// out.
	digestLate = 3 * 24 * time.Hour
)

// nextDigest is the first time after now that a list is due: at ten on the first
// day from Monday to Friday of a month.
func nextDigest(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	for month := local.Month(); ; month++ {
		if at := digestOf(local.Year(), month, zone); at.After(now) {
			return at
		}
	}
}

// digestOf is when the list posted in a month is due. A month past December is
// one of the next year.
func digestOf(year int, month time.Month, zone *time.Location) time.Time {
	day := 1
	switch time.Date(year, month, 1, 12, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		day = 3
	case time.Sunday:
		day = 2
	}
	return time.Date(year, month, day, digestHour, 0, 0, 0, zone)
}

// monthBefore is the calendar month before the one that a list is due in, the
// end not included.
func monthBefore(due time.Time, zone *time.Location) (begin, end time.Time) {
	local := due.In(zone)
	return beginOf(local.Year(), local.Month()-1, zone), beginOf(local.Year(), local.Month(), zone)
}

// beginOf is when a month begins. In some zones the clocks go forward at
// midnight, and there is none: time.Date may then give eleven the night before.
func beginOf(year int, month time.Month, zone *time.Location) time.Time {
	t := time.Date(year, month, 1, 0, 0, 0, 0, zone)
	if t.Day() != 1 {
		t = t.Add(time.Hour)
	}
	return t
}

// zoneOf is a time zone by its IANA name; UTC if nobody knows it.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" { // the server's own zone is nobody's
		return time.UTC
	}
	return zone
}
