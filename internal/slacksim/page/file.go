package page

import (
	"mime"
	"net/http"
	"strconv"
)

// file hands out a file that the person sees, to be saved: it is never shown as
// a page of ours.
func (s *server) file(w http.ResponseWriter, r *http.Request) {
	as := r.URL.Query().Get("as")
	if !s.canSignIn(as) {
		refuse(w, http.StatusNotFound, "nobody with this id can sign in")
		return
	}
	f, ok := s.sim.As(as).File(r.URL.Query().Get("id"))
	if !ok {
		refuse(w, http.StatusNotFound, "there is no such file")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(f.Content)))
	_, _ = w.Write(f.Content) // a reader that went away is no concern of ours
}
