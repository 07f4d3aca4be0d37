package rds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

const (
	hour = 60
	day  = 24 * hour
	week = 7 * day
	// shortestWindow is the minimum length of a window, in minutes.
	shortestWindow = 30
)

var days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// window is a time span in minutes: its start since Monday 00:00, and its length.
type window struct{ start, length int }

// parseWindow parses "hh:mm-hh:mm", as a window on Monday, or "ddd:hh:mm-ddd:hh:mm".
func parseWindow(text string) window {
	from, to, _ := strings.Cut(text, "-")
	start, cycle := minute(from), week
	if len(from) == len("hh:mm") {
		cycle = day
	}
	return window{start, (minute(to) - start + cycle) % cycle}
}

func minute(text string) int {
	parts := strings.Split(text, ":")
	at := 0
	if len(parts) > 2 {
		at, parts = slices.Index(days, parts[0])*day, parts[1:]
	}
	hours, _ := strconv.Atoi(parts[0])
	minutes, _ := strconv.Atoi(parts[len(parts)-1])
	return at + hours*hour + minutes
}

// overlap reports whether a daily window overlaps a weekly one.
func overlap(backup, maintenance window) bool {
	for i := range days {
		start := backup.start + i*day
		into := (start - maintenance.start + week) % week
		before := (maintenance.start - start + week) % week
		if into < maintenance.length || before < backup.length {
			return true
		}
	}
	return false
}

func checkWindows(in provider.Props) []provider.Failure {
	for _, name := range []string{"backupWindow", "maintenanceWindow"} {
		if text, known := in[name].(string); known && parseWindow(text).length < shortestWindow {
			// wording is a guess
			return failure(name, invalidValue, "The window must be at least %d minutes long: %s", shortestWindow, text)
		}
	}
	backup, a := in["backupWindow"].(string)
	maintenance, b := in["maintenanceWindow"].(string)
	if a && b && overlap(parseWindow(backup), parseWindow(maintenance)) {
		return failure("backupWindow", invalidValue, "The backup window and maintenance window must not overlap.")
	}
	return nil
}

// setWindows fills in the windows that AWS chooses: here, the first half hours of the night that do not overlap.
func setWindows(props provider.Props) {
	choose(props, "maintenanceWindow", "sun:%02[1]d:00-sun:%02[1]d:30")
	choose(props, "backupWindow", "%02[1]d:00-%02[1]d:30")
}

func choose(props provider.Props, name, format string) {
	const night = 3
	if props[name] != nil {
		return
	}
	for i := range day / hour {
		props[name] = fmt.Sprintf(format, (night+i)%(day/hour))
		if checkWindows(props) == nil {
			return
		}
	}
}
