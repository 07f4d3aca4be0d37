package driver

import (
	"io"
	"sync"
)

// syncWriter lets several streams share a writer, and counts its bytes.
type syncWriter struct {
	mu    sync.Mutex
	w     io.Writer
	count int
}

func (s *syncWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.w.Write(p)
	s.count += n
	return n, err
}

func (s *syncWriter) written() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}
