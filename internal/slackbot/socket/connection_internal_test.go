package socket

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/zap"
)

// The last message to a peer that reads nothing is cut off when the connection is
// closed: it does not count as written.
func TestAMessageCutOffIsNotCountedAsWritten(t *testing.T) {
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		<-over
		_ = conn.Close()
	}))
	defer server.Close()
	defer close(over)
	c := newConnection(New(Options{}), zap.NewNop())
	defer c.end()
	conn, resp, err := c.dialer().Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	written := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.written
	}
	sent := make(chan int)
	go func() {
		for n := 0; ; n++ {
			if conn.WriteMessage(websocket.TextMessage, make([]byte, 19_000)) != nil {
				sent <- n
				return
			}
		}
	}()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for last := -1; last != written(); <-tick.C {
		last = written()
	}
	_ = conn.Close()
	if n := <-sent; n == 0 || written() != n {
		t.Errorf("%d messages count as written, %d were", written(), n)
	}
}
