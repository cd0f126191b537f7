package slacksim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// reactable is the message a reactions call is about.
func (s *Sim) reactable(c *apiCall) (*message, error) {
	ch := s.channels[c.get("channel")]
	if ch == nil || ((ch.private || ch.im) && !ch.has(s.botUserID)) {
		return nil, fail("channel_not_found")
	}
	m := ch.find(c.get("timestamp"))
	if m == nil || m.ephemeralTo != "" {
		return nil, fail("message_not_found")
	}
	if !ch.has(s.botUserID) {
		return nil, fail("not_in_channel")
	}
	if name := c.get("name"); c.has("name") && !s.hasEmoji(name) {
		return nil, fail("invalid_name")
	}
	return m, nil
}

func reactionsAdd(s *Sim, c *apiCall) (obj, error) {
	m, err := s.reactable(c)
	if err != nil {
		return nil, err
	}
	if m.ch.archived {
		return nil, fail("is_archived")
	}
	if code := s.react(m, s.botUserID, c.get("name")); code != "" {
		return nil, fail(code)
	}
	return nil, nil
}

func reactionsRemove(s *Sim, c *apiCall) (obj, error) {
	m, err := s.reactable(c)
	if err != nil {
		return nil, err
	}
	if code := s.unreact(m, s.botUserID, c.get("name")); code != "" {
		return nil, fail(code)
	}
	return nil, nil
}

func reactionsGet(s *Sim, c *apiCall) (obj, error) {
	m, err := s.reactable(c)
	if err != nil {
		return nil, err
	}
	return obj{"type": "message", "channel": m.ch.id, "message": s.messageObject(m, false)}, nil
}

// upload is a file on its way in.
type upload struct {
	key    string // of its address
	file   *File
	length int
	filled bool
}

func filesGetUploadURL(s *Sim, c *apiCall) (obj, error) {
	n, err := strconv.Atoi(c.get("length"))
	if err != nil || n <= 0 {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] length must be a positive number"}}
	}
	if n > 1<<30 {
		return nil, fail("file_upload_size_restricted")
	}
	id, key := s.newID("F"), s.secret(40)
	s.uploads[key] = &upload{key: key, file: &File{ID: id, Name: c.get("filename"), Title: c.get("filename"), Size: n}, length: n}
	return obj{"upload_url": s.base + "/upload/v1/" + key, "file_id": id}, nil
}

// serveUpload takes a file's bytes, bare or as the file of a form.
func (s *Sim) serveUpload(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<20)
	in := io.Reader(r.Body)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		form, err := r.MultipartReader()
		if err != nil {
			http.Error(w, "bad form", http.StatusBadRequest)
			return
		}
		for {
			part, err := form.NextPart()
			if err != nil {
				http.Error(w, "no file in the form", http.StatusBadRequest)
				return
			}
			if part.FileName() != "" {
				in = part
				break
			}
		}
	}
	content, err := io.ReadAll(in)
	if err != nil {
		http.Error(w, "could not read the file", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.uploads[strings.TrimPrefix(r.URL.Path, "/upload/v1/")]
	switch {
	case u == nil || u.filled:
		http.Error(w, "unknown or used upload URL", http.StatusNotFound)
	case len(content) != u.length:
		http.Error(w, fmt.Sprintf("announced %d bytes, got %d", u.length, len(content)), http.StatusBadRequest)
	default:
		u.file.Content, u.filled = content, true
		fmt.Fprintf(w, "OK - %d", len(content))
	}
}

func filesCompleteUpload(s *Sim, c *apiCall) (obj, error) {
	var wanted []struct{ ID, Title string }
	if json.Unmarshal(c.raw("files"), &wanted) != nil || len(wanted) == 0 {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] files must be a list of {id, title}"}}
	}
	var ups []*upload
	for _, want := range wanted {
		var found *upload
		for _, u := range s.uploads {
			if u.file.ID == want.ID && u.filled {
				found = u
			}
		}
		if found == nil {
			return nil, fail("file_not_found")
		}
		if want.Title != "" {
			found.file.Title = want.Title
		}
		ups = append(ups, found)
	}
	targets := strings.FieldsFunc(c.get("channel_id")+","+c.get("channels"), func(r rune) bool { return r == ',' })
	var chans []*channel
	for _, id := range targets {
		ch := s.channels[id]
		if ch == nil || ((ch.private || ch.im) && !ch.has(s.botUserID)) {
			return nil, fail("channel_not_found")
		}
		if err := s.canPost(ch, false); err != nil {
			return nil, err
		}
		if err := s.threadRoot(ch, c.get("thread_ts")); err != nil {
			return nil, err
		}
		chans = append(chans, ch)
	}
	var files []*File
	var objects []obj
	for _, u := range ups {
		delete(s.uploads, u.key)
		files = append(files, u.file)
		objects = append(objects, s.fileObject(u.file))
	}
	for _, ch := range slices.Compact(chans) {
		m := s.botMessage(content{text: c.get("initial_comment")})
		m.files, m.threadTS, m.subtype = files, c.get("thread_ts"), "file_share"
		s.post(ch, m)
	}
	return obj{"files": objects}, nil
}

func (s *Sim) fileObject(f *File) obj {
	return obj{"id": f.ID, "name": f.Name, "title": f.Title, "size": f.Size, "user": s.botUserID, "mode": "hosted", "is_external": false, "created": s.started.Unix()}
}
