package proof

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

func TestForwarded(t *testing.T) {
	t.Parallel()
	forward := []any{map[string]any{"type": "forward", "targetGroupArn": "tg"}}
	values := func(of string, values ...any) map[string]any {
		return map[string]any{of: map[string]any{"values": values}}
	}
	for name, test := range map[string]struct {
		conditions []any
		byDefault  bool
		want       awsmodel.Verdict
	}{
		"by default":       {[]any{values("pathPattern", "/api/*")}, true, ""},
		"every path":       {[]any{values("pathPattern", "/*")}, false, awsmodel.Proven},
		"its host":         {[]any{values("hostHeader", "Beats.example.com")}, false, awsmodel.Proven},
		"a wildcard":       {[]any{values("hostHeader", "*.example.com"), values("pathPattern", "*")}, false, awsmodel.Proven},
		"a path":           {[]any{values("pathPattern", "/api/*", "/signin")}, false, awsmodel.Refuted},
		"another host":     {[]any{values("hostHeader", "www.example.com")}, false, awsmodel.Refuted},
		"a path of a host": {[]any{values("hostHeader", "*.example.com"), values("pathPattern", "/api")}, false, awsmodel.Refuted},
		"a header":         {[]any{values("httpHeader", "x")}, false, awsmodel.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener := resource(graph.Listener, "http", graph.Props{})
			if test.byDefault {
				listener.Props["defaultActions"] = forward
			}
			b := balancer{listeners: []*graph.Resource{listener}, container: graph.Props{"targetGroupArn": "tg"}}
			app := taskdef.Container{
				Command: []string{"/app/bin/server"}, Environment: []taskdef.Variable{{Name: "PHX_HOST", Value: "beats.example.com"}},
			}
			s := &service{
				Stack: Stack{Graph: graph.New(resource(graph.ListenerRule, "rule",
					graph.Props{"listenerArn": "http", "actions": forward, "conditions": test.conditions}))},
				Resource: resource(graph.Service, "service", nil),
				tasks:    []readiness.Task{{Containers: []taskdef.Container{app}}},
			}
			require.Equal(t, test.want, s.forwarded(b).Verdict)
		})
	}
}
