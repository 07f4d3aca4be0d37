package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Created returns the id, and the outputs without secrets, of the resource that the last creation under a URN created.
// Both are empty when it does not exist.
func (w *World) Created(region, urn string) (id string, outputs map[string]any, err error) {
	engine, err := w.Engine(region)
	if err != nil {
		return "", nil, err
	}
	w.Lock()
	defer w.Unlock()
	id, outputs = engine.Created(urn)
	return id, outputs, nil
}

// Calls lists the API calls that the providers can make in a region.
func (w *World) Calls(region string) ([]string, error) {
	engine, err := w.Engine(region)
	if err != nil {
		return nil, err
	}
	return engine.Calls(), nil
}

// AddFault plans a fault, after those already planned. An empty message becomes AWS's usual message for the code.
func (w *World) AddFault(f world.Fault) error {
	switch {
	case f.Crash == (f.Code != ""):
		return errors.New("add fault: give either an error code or a crash")
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("add fault: probability %v is not between 0 and 1", f.Probability)
	case f.Times < 0, f.Times > 0 && f.Probability > 0:
		return errors.New("add fault: give either a number of times, at least 1, or a probability")
	case f.Times == 0 && f.Probability == 0:
		f.Times = 1
	}
	if f.Message == "" && f.Code != "" {
		f.Message = message(f.Code)
	}
	faults, err := w.Faults()
	if err != nil {
		return err
	}
	return w.SetFaults(append(faults, &f))
}

// ClearFaults removes the faults of a call, or all faults if call is empty. It returns how many it removed.
func (w *World) ClearFaults(call string) (cleared int, err error) {
	faults, err := w.Faults()
	if err != nil && call != "" {
		return 0, err
	}
	kept := slices.DeleteFunc(slices.Clone(faults), func(f *world.Fault) bool { return call == "" || f.Call == call })
	return len(faults) - len(kept), w.SetFaults(kept)
}

// messages are AWS's messages, by a part of the error's code.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html
var messages = []struct{ code, message string }{
	{"RequestLimitExceeded", "Request limit exceeded."},
	{"Throttl", "Rate exceeded"},
	{"TooManyRequests", "Rate exceeded"},
	{"Unavailable", "The request has failed due to a temporary failure of the server."},
	{"Internal", "The request processing has failed because of an unknown error, exception or failure."},
	{"NotFound", "The resource does not exist."},
	{"NoSuch", "The resource does not exist."},
	{"Denied", "User is not authorized to perform this action."},
	{"Unauthorized", "You are not authorized to perform this operation."},
}

func message(code string) string {
	for _, m := range messages {
		if strings.Contains(code, m.code) {
			return m.message
		}
	}
	return "The request has failed."
}
