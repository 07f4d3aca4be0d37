package controls

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// subject is a resource to evaluate, with the graph that contains it.
type subject struct {
	*graph.Resource
	g *graph.Graph
}

// outcome is the result of a check of one resource.
type outcome struct {
	status        Status
	property, why string
}

// check evaluates one resource. The functions below build checks from what a property must be. Their parameter fallback
// is the default of the provider or of AWS for a missing property.
type check func(subject) outcome

var passed = outcome{status: Pass}

func failed(property, format string, args ...any) outcome {
	return outcome{Fail, property, fmt.Sprintf(format, args...)}
}

func unsure(property string) outcome {
	return outcome{Undecided, property, property + " is not known before the deployment"}
}

func skipped(why string) outcome { return outcome{NotApplicable, "", why} }

// settled reports whether the whole value of a property is known.
func (s subject) settled(path string) bool {
	value, known := s.At(path)
	return known && graph.Known(value)
}

// text returns a value in AWS's form, or fallback for a missing or empty value.
func text(value any, fallback string) string {
	if value == nil || value == "" {
		return fallback
	}
	return fmt.Sprint(value)
}

// holds checks the text of a property.
func holds(path, fallback string, good func(string) bool) check {
	return func(s subject) outcome {
		value, known := s.At(path)
		if !known {
			return unsure(path)
		}
		if v := text(value, fallback); !good(v) {
			return failed(path, "%s is %s", path, quoteEmpty(v))
		}
		return passed
	}
}

func quoteEmpty(value string) string {
	if value == "" {
		return "not set"
	}
	return value
}

// is requires one of some values.
func is(path, fallback string, wanted ...string) check {
	return holds(path, fallback, func(v string) bool { return slices.Contains(wanted, v) })
}

// isNot refuses some values.
func isNot(path, fallback string, refused ...string) check {
	return holds(path, fallback, func(v string) bool { return !slices.Contains(refused, v) })
}

// set requires a value that is not empty.
func set(path string) check {
	return func(s subject) outcome {
		value, known := s.At(path)
		items, list := value.([]any)
		switch {
		case !known:
			return unsure(path)
		case value == nil || value == "" || list && len(items) == 0:
			return failed(path, "%s is not set", path)
		}
		return passed
	}
}

// atLeast requires a number that is not less than least.
func atLeast(path string, fallback, least float64) check {
	return func(s subject) outcome {
		value, known := s.At(path)
		number, ok := value.(float64)
		if !ok {
			number = fallback
		}
		switch {
		case !known:
			return unsure(path)
		case number < least:
			return failed(path, "%s is %v, less than %v", path, number, least)
		}
		return passed
	}
}

// includes requires that a list contains some items.
func includes(path string, wanted ...string) check {
	return func(s subject) outcome {
		for _, item := range wanted {
			switch {
			case slices.Contains(s.Strings(path), item):
			case !s.settled(path):
				return unsure(path)
			default:
				return failed(path, "%s has no %s", path, item)
			}
		}
		return passed
	}
}

// both requires that every check passes. It returns the outcome of the first check that does not.
func both(checks ...check) check {
	return func(s subject) outcome {
		o := passed
		for _, c := range checks {
			if o = c(s); o.status != Pass {
				return o
			}
		}
		return o
	}
}

// only evaluates the resources that meet a condition. The others are not applicable, for the reason why.
func only(condition check, why string, then check) check {
	return func(s subject) outcome {
		switch o := condition(s); o.status {
		case Pass:
			return then(s)
		case Fail:
			return skipped(why)
		default:
			return o
		}
	}
}

// companions returns the resources of a type whose property refers to the subject by id, name or ARN. maybe is true if
// there is a resource whose reference is not known.
func (s subject) companions(typ, reference string) (found []subject, maybe bool) {
	names := []string{s.ID, s.Text("arn"), s.Text("name"), s.Text("bucket")}
	for _, r := range s.g.All(typ) {
		value, known := r.At(reference)
		name := text(value, "")
		switch {
		case !known:
			maybe = true
		case name != "" && slices.Contains(names, name):
			found = append(found, subject{r, s.g})
		}
	}
	return found, maybe
}

// with requires a companion that passes a check. Without a companion the outcome is absent.
func with(typ, reference string, absent outcome, then check) check {
	return func(s subject) outcome {
		found, maybe := s.companions(typ, reference)
		o := absent
		for _, c := range found {
			next := then(c)
			if next.status == Pass {
				return next
			}
			if o.status != Undecided {
				o = next
			}
		}
		if maybe {
			return unsure(reference + " of " + kind(typ))
		}
		return o
	}
}

// withReason replaces the reason of a failure.
func withReason(why string, c check) check {
	return func(s subject) outcome {
		o := c(s)
		if o.status == Fail {
			return failed("", "%s", why)
		}
		return o
	}
}

func exists(subject) outcome { return passed }

// no is the outcome if a resource has no companion of a type.
func no(typ string) outcome { return failed("", "it has no %s", kind(typ)) }

// kind returns the last part of a type token.
func kind(typ string) string { return typ[strings.LastIndex(typ, ":")+1:] }
