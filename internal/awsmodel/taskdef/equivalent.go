package taskdef

import (
	"cmp"
	"reflect"
	"slices"
)

// Equivalent reports whether the real provider treats two container definitions as equal, so that it shows no change.
// It ignores the order of containers, of variables and of secrets; AWS's defaults equal missing values, and empty lists
// equal missing lists. Definitions that cannot be read are not equivalent.
func Equivalent(a, b string) bool {
	x, xErr := Parse(a)
	y, yErr := Parse(b)
	return xErr == nil && yErr == nil && reflect.DeepEqual(canonical(x), canonical(y))
}

func canonical(containers []Container) []Container {
	slices.SortFunc(containers, func(a, b Container) int { return cmp.Compare(a.Name, b.Name) })
	for i := range containers {
		c := &containers[i]
		c.Essential = new(c.IsEssential())
		slices.SortFunc(c.Environment, func(a, b Variable) int { return cmp.Compare(a.Name, b.Name) })
		slices.SortFunc(c.Secrets, func(a, b Secret) int { return cmp.Compare(a.Name, b.Name) })
		for j, port := range c.PortMappings {
			c.PortMappings[j].Protocol = cmp.Or(port.Protocol, "tcp")
			c.PortMappings[j].HostPort = cmp.Or(port.HostPort, port.ContainerPort)
		}
		if h := c.HealthCheck; h != nil {
			h.Interval, h.Timeout, h.Retries = or(h.Interval, 30), or(h.Timeout, 5), or(h.Retries, 3)
		}
		forgetEmpty(c)
	}
	return containers
}

func or(given *int, otherwise int) *int {
	if given == nil {
		return &otherwise
	}
	return given
}

func forgetEmpty(c *Container) {
	fields := reflect.ValueOf(c).Elem()
	for i := range fields.NumField() {
		f := fields.Field(i)
		if (f.Kind() == reflect.Slice || f.Kind() == reflect.Map) && f.Len() == 0 {
			f.SetZero()
		}
	}
}
