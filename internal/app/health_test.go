package app

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

func TestHealthPages(t *testing.T) {
	checks := []Check{{Name: "slack", OK: true, Why: "2 of 2 sockets open"}, {Name: "redis", OK: true, Why: "keeps what it is given"}}
	h := handler(func(context.Context) []Check { return checks }, newMetrics("v1"))

	if code, body := get(t, h, "/readyz"); code != 200 || !strings.Contains(body, `"ready":true`) {
		t.Errorf("all is well: %d %s", code, body)
	}
	checks[1] = Check{Name: "redis", Why: "Redis does not answer"}
	code, body := get(t, h, "/readyz")
	var got struct {
		Ready  bool
		Checks []Check
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if code != 503 || got.Ready || len(got.Checks) != 2 || got.Checks[1].Why != "Redis does not answer" {
		t.Errorf("Redis away: %d %s", code, body)
	}
	if code, _ := get(t, h, "/healthz"); code != 200 {
		t.Errorf("/healthz with Redis away: %d", code)
	}
	if code, body := get(t, h, "/metrics"); code != 200 || !strings.Contains(body, `ally_build_info{version="v1"} 1`) || !strings.Contains(body, "go_goroutines") {
		t.Errorf("/metrics: %d", code)
	}
	if code, _ := get(t, h, "/"); code != 404 {
		t.Errorf("/: %d", code)
	}
}
