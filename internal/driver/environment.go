package driver

import (
	"os"
	"strings"
	"sync"
)

var environment sync.Mutex

// isolated calls f with a process environment that holds nothing of the user's AWS and Pulumi settings, and holds set.
// The environment is the process's own, so calls take turns; it is put back afterwards.
func isolated(set map[string]string, f func() error) error {
	environment.Lock()
	defer environment.Unlock()
	before := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "PULUMI_") {
			before[name] = value
		}
	}
	replace(before, set)
	defer replace(set, before)
	return f()
}

func replace(old, values map[string]string) {
	for name := range old {
		_ = os.Unsetenv(name)
	}
	for name, value := range values {
		_ = os.Setenv(name, value)
	}
}
