package proof

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// TestWritable judges access points by the rules of POSIX. It does not show that EFS follows them.
func TestWritable(t *testing.T) {
	t.Parallel()
	user := func(uid, gid float64) map[string]any { return map[string]any{"uid": uid, "gid": gid} }
	created := func(uid, gid float64, permissions string) map[string]any {
		return map[string]any{"path": "/songs", "creationInfo": map[string]any{
			"ownerUid": uid, "ownerGid": gid, "permissions": permissions,
		}}
	}
	for name, test := range map[string]struct {
		point map[string]any
		want  awsmodel.Verdict
	}{
		"owner":               {map[string]any{"posixUser": user(1, 1), "rootDirectory": created(1, 1, "700")}, awsmodel.Proven},
		"owner without write": {map[string]any{"posixUser": user(1, 1), "rootDirectory": created(1, 1, "577")}, awsmodel.Refuted},
		"group":               {map[string]any{"posixUser": user(1, 2), "rootDirectory": created(3, 2, "0770")}, awsmodel.Proven},
		"group without write": {map[string]any{"posixUser": user(1, 2), "rootDirectory": created(3, 2, "0757")}, awsmodel.Refuted},
		"others":              {map[string]any{"posixUser": user(1, 2), "rootDirectory": created(3, 4, "777")}, awsmodel.Proven},
		"another":             {map[string]any{"posixUser": user(1, 2), "rootDirectory": created(3, 4, "775")}, awsmodel.Refuted},
		"root":                {map[string]any{"posixUser": user(0, 0), "rootDirectory": created(3, 4, "700")}, awsmodel.Proven},
		"the app's own user":  {map[string]any{"rootDirectory": created(65534, 65534, "755")}, awsmodel.Proven},
		"the root directory":  {map[string]any{"posixUser": user(1, 1), "rootDirectory": map[string]any{"path": "/"}}, awsmodel.Refuted},
		"no directory known":  {map[string]any{"posixUser": user(1, 1)}, awsmodel.Undecided},
		"odd permissions":     {map[string]any{"posixUser": user(1, 1), "rootDirectory": created(1, 1, "rwx")}, awsmodel.Undecided},
		"another stack's":     {nil, awsmodel.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all []*graph.Resource
			if test.point != nil {
				all = append(all, &graph.Resource{Type: graph.AccessPoint, Region: "eu-west-2", ID: "fsap-1", Props: test.point})
			}
			s := service{Stack: Stack{Graph: graph.New(all...)}, Resource: &graph.Resource{Region: "eu-west-2"}}
			efs := graph.Props{"authorizationConfig": map[string]any{"accessPointId": "fsap-1"}}
			require.Equal(t, test.want, s.writable("it writes", efs).Verdict)
		})
	}
	s := service{Stack: Stack{Graph: graph.New()}, Resource: &graph.Resource{Region: "eu-west-2"}}
	require.Equal(t, awsmodel.Refuted, s.writable("it writes", graph.Props{}).Verdict, "no access point")
}
