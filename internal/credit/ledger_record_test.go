package credit

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The form of a record is what other versions of the program find: this changes
// only together with recordVersion or by fields added.
func TestTheFormOfARecord(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1763767000123).UTC()
	c := Credit{
		ID: "id", Rev: 3, Painted: 2, GiverID: "U1", Kind: Help, Reason: "for <a>|& \"b\"\n,;", Given: at, Tries: 1,
		Receivers: []Receiver{
			{UserID: "U2", Standing: Asked, Told: true, CardChannel: "D2", CardTS: "1763767001.123456", AskedAt: at.Add(1500 * time.Millisecond)},
			{UserID: "U3"},
			{UserID: "U4", Told: true, Standing: Named},
		},
		Source: Place{"C1", "1763766999.000100", "15.1"}, Dest: Place{"C1", "", "15.1"}, Post: Place{"C1", "1763767002.000200", "15.1"},
		Posting: Posted, Voices: []string{"U5", "U6"},
	}
	const stored = "1|U1|h|mi9hbz97|AU2,D2,lfyg,15o;wU3;NU4|C1,-o2fo,.15.1|=,,=|=,148gg,=|p|3|1|1|U5,U6\nfor <a>|& \"b\"\n,;"
	if got, err := encode(&c); err != nil || got != stored {
		t.Errorf("%q (%v)", got, err)
	}
	later := strings.Replace(stored, ";wU3;", ";wU3,,,,,more;", 1)
	later = strings.Replace(later, "U5,U6\n", "U5,U6||||new|[1]\n", 1)
	for _, s := range []string{stored, later} {
		if got, err := decode("id", s); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%+v (%v)", got, err)
		}
	}
}

// Since when something is unsettled is only kept while it is.
func TestWhatIsUnsettledIsStoredWithItsTime(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1763767000123).UTC()
	for p, kept := range map[Posting]bool{Sending: true, Removing: true, Doubtful: true, Unplaced: true, Unposted: false} {
		c := Credit{ID: "id", GiverID: "U1", Kind: Idea, Given: at, Receivers: []Receiver{{UserID: "U2"}}, Posting: p, Since: at.Add(time.Hour)}
		value, err := encode(&c)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode("id", value); err != nil || got.Since.IsZero() == kept {
			t.Errorf("%q: since %s (%v)", p, got.Since, err)
		}
	}
}

func TestRecordsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2", "2|", "2\n", "9|U1|secret,|;;\n\nsecret"} {
		if _, err := decode("id", s); !errors.Is(err, ErrNewer) {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{
		"", "secret", "0|||1\nsecret", "-1|||1", "1", "1\nsecret", "secret|||1", "1|||*secret", "1|||1|zU2", "1|||1|;",
		"1|||1|||||secret", "1|||1||||||1|2|secret!", "1|||1||||||||x y", "1|||1|wU2,,,secret!",
	} {
		if _, err := decode("id", s); !errors.Is(err, errUnreadable) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", s, err)
		}
	}
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	mustOpen(t, l, credited("one", "U1", clock.now(), "U2"))
	l.db.Client.Set(t.Context(), l.record("one"), "2|other", 0)
	_, err1 := l.Find(t.Context(), "one")
	_, err2 := l.FindAll(t.Context(), "one")
	_, err3 := l.Page(t.Context(), Query{To: "U2"})
	_, err4 := l.Change(t.Context(), "one", func(c *Credit) error { return nil })
	_, _, err5 := l.Open(t.Context(), credited("one", "U1", clock.now(), "U2"))
	for i, err := range []error{err1, err2, err3, err4, err5, l.Drop(t.Context(), "one")} {
		if !errors.Is(err, ErrNewer) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if v := l.db.Client.Get(t.Context(), l.record("one")).Val(); v != "2|other" {
		t.Errorf("overwritten with %s", v)
	}
}

func TestPlacesComeBack(t *testing.T) {
	t.Parallel()
	r, at := rand.New(rand.NewPCG(9, 9)), time.UnixMilli(1763767000123)
	for range 2000 {
		some := func() Place {
			ts := []string{"", "1.1", "x", ".1", "-5.000001", "1763767000.123456", "1763767001.000000", "0000000000.000001", "9999999999.999999", "01763767001.00000"}
			return Place{anyOf(r, "", "C1", "C2"), anyOf(r, ts...), anyOf(r, ts...)}
		}
		p, base := some(), some()
		if got := placeOf(at, place(at, p, base), base); got != p {
			t.Fatalf("%+v after %+v came back as %+v", p, base, got)
		}
	}
}

// Whatever is read is written so that it reads the same.
func FuzzCreditRecord(f *testing.F) {
	f.Add("1|U1|h|mi9hbz97|AU2,D2,lfyg,15o;wU3;NU4|C1,-o2fo,.15.1|=,,=|=,148gg,=|p|3|1|1|U5,U6|zz\nfor")
	f.Add("1|||1|w,,,;w|||||||-1|,|5")
	f.Add("3")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := decode("id", s)
		if err != nil {
			return
		}
		entries(&c)
		v, err := encode(&c)
		if err != nil {
			return
		}
		again, err := decode("id", v)
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%+v\ncame back as\n%+v (%v)", c, again, err)
		}
	})
}
