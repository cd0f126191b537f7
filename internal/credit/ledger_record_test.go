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
		ID: "id", Rev: 3, Painted: 2, GiverID: "U1", Kind: Help, Reason: "for <a> & \"b\"", Given: at, Tries: 1,
		Receivers: []Receiver{
			{UserID: "U2", Standing: Asked, Told: true, CardChannel: "D2", CardTS: "1763767001.123456", AskedAt: at.Add(1500 * time.Millisecond)},
			{UserID: "U3"},
			{UserID: "U4", Told: true, Standing: Named},
		},
		Source: Place{"C1", "1763766999.000100", "15.1"}, Dest: Place{"C1", "", "15.1"}, Post: Place{"C1", "1763767002.000200", "15.1"},
		Posting: Posted, Voices: []string{"U5", "U6"},
	}
	const stored = `{"v":1,"g":"U1","k":"h","t":1763767000123,"x":"for <a> & \"b\"","r":["U2,a+,D2,lfyg,1500","U3","U4,n+"],` +
		`"s":"C1,-o2fo,.15.1","d":"=,,=","p":"=,148gg,=","o":"p","n":3,"m":1,"i":1,"y":"U5,U6"}`
	if got, err := encode(&c); err != nil || got != stored {
		t.Errorf("%s (%v)", got, err)
	}
	later := strings.Replace(stored, `"U3"`, `"U3,,,,,more"`, 1)
	later = strings.Replace(later, `{"v":1`, `{"new":{"a":[1]},"v":1`, 1)
	for _, s := range []string{stored, later} {
		if got, err := decode("id", s); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%+v (%v)", got, err)
		}
	}
}

func TestRecordsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, s := range []string{`{"v":2}`, `{"v":9,"g":{"other":"type"},"x":"secret"}`} {
		if _, err := decode("id", s); !errors.Is(err, ErrNewer) {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{"", "secret", `{}`, `{"v":0,"x":"secret"}`, `{"v":1,"r":"secret"}`, `{"v":"secret"}`, `{"v":1,"x":"secret`} {
		if _, err := decode("id", s); !errors.Is(err, errUnreadable) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", s, err)
		}
	}
	clock := newLedgerClock()
	l := embeddedLedger(t, clock.now)
	mustOpen(t, l, credited("one", "U1", clock.now(), "U2"))
	l.db.Client.Set(t.Context(), l.record("one"), `{"v":2}`, 0)
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
	if v := l.db.Client.Get(t.Context(), l.record("one")).Val(); v != `{"v":2}` {
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
	f.Add(`{"v":1,"g":"U1","k":"h","t":1763767000123,"x":"for","r":["U2,a+,D2,lfyg,1500","U3"],"s":"C1,-o2fo,.15.1","d":"=,,=","o":"p","p":"C1,.1.1"}`)
	f.Add(`{"v":1,"t":1,"r":[",,,,"],"y":",","w":5}`)
	f.Add(`{"v":3}`)
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
