package config

import (
	"fmt"
	"strings"
)

// Problem is one reason to refuse a configuration.
type Problem struct {
	Key   string // The full key, with the path inside its object: "live-beats:service.cpu".
	Given string // What is there: a value, "missing", "not a known field".
	Rule  string // What is allowed.
}

func (p Problem) String() string { return p.Key + " is " + p.Given + ": " + p.Rule }

// Problems is everything that is wrong with a stack's configuration, at most
// one Problem for a key.
type Problems struct {
	Stack string
	List  []Problem
}

// Error prints one problem per line.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = "  " + problem.String()
	}
	return fmt.Sprintf("config of stack %q is not valid:\n%s", p.Stack, strings.Join(lines, "\n"))
}
