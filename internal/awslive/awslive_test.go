package awslive_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awslive"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// fake is a server that answers as AWS does, with files from testdata: of its scenario, or else of healthy.
type fake struct {
	*testing.T
	scenario string
	// refuses maps a call to the code and message of the error that answers it.
	refuses map[string][2]string

	sync.Mutex
	calls []string
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	call, kind, file := "", "json", ""
	if _, operation, isJSON := strings.Cut(r.Header.Get("X-Amz-Target"), "."); isJSON {
		var asked struct {
			DesiredStatus string
			Tasks         []string
		}
		if json.Unmarshal(body, &asked) != nil || err != nil {
			http.Error(w, "no JSON", http.StatusBadRequest)
		}
		call, file = operation, operation
		if desired := asked.DesiredStatus; desired != "" {
			file += "-" + desired
		} else if asked.Tasks != nil {
			file += "-" + f.statusOf(asked.Tasks[0])
		}
	} else {
		form, _ := url.ParseQuery(string(body))
		call, kind, file = form.Get("Action"), "xml", form.Get("Action")
	}
	f.Lock()
	f.calls = append(f.calls, call)
	f.Unlock()
	if refusal, ok := f.refuses[call]; ok {
		refuse(w, kind, refusal)
		return
	}
	w.Header().Set("Content-Type", map[string]string{"json": "application/x-amz-json-1.1", "xml": "text/xml"}[kind])
	_, _ = w.Write(f.file(file + "." + kind))
}

// statusOf returns the desired status of the list that has the task.
func (f *fake) statusOf(arn string) string {
	if strings.Contains(string(f.file("ListTasks-STOPPED.json")), arn) {
		return "STOPPED"
	}
	return "RUNNING"
}

func refuse(w http.ResponseWriter, kind string, refusal [2]string) {
	w.WriteHeader(http.StatusBadRequest)
	if kind == "json" {
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": "com.amazonaws#" + refusal[0], "message": refusal[1]})
		return
	}
	_, _ = io.WriteString(w, "<ErrorResponse><Error><Type>Sender</Type><Code>"+refusal[0]+"</Code><Message>"+refusal[1]+
		"</Message></Error><RequestId>r</RequestId></ErrorResponse>")
}

func (f *fake) file(name string) []byte {
	for _, dir := range []string{f.scenario, "healthy"} {
		if data, err := os.ReadFile(filepath.Join("testdata", dir, name)); err == nil {
			return data
		}
	}
	f.Errorf("no answer to %s", name)
	return nil
}

// open starts the server and opens a Reader on it.
func (f *fake) open(options ...func(*config.LoadOptions) error) (*awslive.Reader, error) {
	server := httptest.NewServer(f)
	f.Cleanup(server.Close)
	none := filepath.Join(f.TempDir(), "none")
	return awslive.Open(f.Context(), "eu-west-2", append([]func(*config.LoadOptions) error{
		config.WithBaseEndpoint(server.URL), config.WithSharedConfigFiles([]string{none}),
		config.WithSharedCredentialsFiles([]string{none}), config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", "")),
	}, options...)...)
}

func (f *fake) status() (*status.Status, error) {
	f.Helper()
	reader, err := f.open()
	require.NoError(f, err)
	require.Equal(f, []string{"123456789012", "eu-west-2"}, []string{reader.Account, reader.Region})
	return reader.Status(f.Context(), "beats", "live")
}

func TestHealthyService(t *testing.T) {
	t.Parallel()
	f := &fake{T: t}
	s, err := f.status()
	require.NoError(t, err)
	require.True(t, s.Healthy())
	require.Empty(t, s.Causes())
	require.Equal(t, []string{"beats", "live", "arn:aws:ecs:eu-west-2:123456789012:task-definition/live:7"},
		[]string{s.Cluster, s.Service, s.TaskDefinition})
	require.Len(t, s.Tasks, 2)
	require.Equal(t, status.Task{
		ID: "aaaa00001111", Deployment: "ecs-svc/7000", TaskDefinition: s.TaskDefinition, Status: "RUNNING", Healthy: true,
		PrivateIP: "10.0.1.4", Subnet: "subnet-1", Zone: "eu-west-2a", CreatedAt: s.Tasks[0].CreatedAt, ExecAgent: "RUNNING",
	}, *s.Tasks[0])
	require.Len(t, s.Targets, 2, "the draining target belongs to no task")
	require.Equal(t, "(service live) has reached a steady state.", s.Events[1].Message, "the last event is last")
	require.Equal(t, []status.Node{
		{Name: "live-beats@10.0.1.4", Peers: []status.Peer{{Name: "live-beats@10.0.2.4", State: status.Expected}}},
		{Name: "live-beats@10.0.2.4", Peers: []status.Peer{{Name: "live-beats@10.0.1.4", State: status.Expected}}},
	}, s.Nodes)
	require.Equal(t, []string{
		"GetCallerIdentity", "DescribeServices", "ListTasks", "ListTasks", "DescribeTasks", "DescribeTargetHealth",
		"DescribeTaskDefinition",
	}, f.calls)
}

func TestRolledBackService(t *testing.T) {
	t.Parallel()
	f := &fake{T: t, scenario: "rolled-back"}
	s, err := f.status()
	require.NoError(t, err)
	require.False(t, s.Healthy())
	require.True(t, s.RolledBack(), "AWS keeps only the event")
	require.Len(t, s.Deployments, 1)
	require.Equal(t, []string{"cccc00001111", "dddd00001111", "aaaa00001111", "bbbb00001111"},
		[]string{s.Tasks[0].ID, s.Tasks[1].ID, s.Tasks[2].ID, s.Tasks[3].ID})
	newest := s.Tasks[1]
	require.Equal(t, "Essential container in task exited (container live-beats: exit code 1)", newest.StoppedReason)
	require.Contains(t, newest.LastLog, "FATAL 53300 (too_many_connections)", "the line with a known cause, not the last line")
	require.Contains(t, newest.LastLog, "ecto://[secret]@db.example.com")
	require.Len(t, s.Causes(), 1)
	require.Contains(t, s.Causes()[0].Fix, "service.poolSize")
	require.Equal(t, "GetLogEvents", f.calls[len(f.calls)-1])
}

// TestRefused lets one call at a time fail.
func TestRefused(t *testing.T) {
	t.Parallel()
	const denied = "AccessDeniedException"
	for call, test := range map[string]struct{ code, message, want string }{
		"DescribeServices": {
			denied, "User: x is not authorized to perform: ecs:DescribeServices",
			`read status of service "live" in cluster "beats": AccessDeniedException: User: x is not authorized to perform: ` +
				"ecs:DescribeServices; status --aws needs ecs:DescribeServices, ecs:ListTasks, ",
		},
		"DescribeTargetHealth": {"AccessDenied", "User: x is not authorized", "AccessDenied: User: x is not authorized; status --aws needs"},
		"ListTasks":            {"ClusterNotFoundException", "Cluster not found.", `read status of service "live" in cluster "beats": ClusterNotFoundException: Cluster not found.`},
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			f := &fake{T: t, refuses: map[string][2]string{call: {test.code, test.message}}}
			_, err := f.status()
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "operation error")
		})
	}
}

// TestLogsRefused: the rest of the status is shown even if the log cannot be read.
func TestLogsRefused(t *testing.T) {
	t.Parallel()
	f := &fake{T: t, scenario: "rolled-back", refuses: map[string][2]string{"GetLogEvents": {"ResourceNotFoundException", "The specified log stream does not exist."}}}
	s, err := f.status()
	require.NoError(t, err)
	require.Equal(t, "cannot be read: ResourceNotFoundException: The specified log stream does not exist.", s.Tasks[1].LastLog)
	require.Len(t, s.Causes(), 1)
}

func TestNoSuchService(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"missing", "inactive"} {
		f := &fake{T: t, scenario: scenario}
		_, err := f.status()
		require.EqualError(t, err, `read status of service "live" in cluster "beats": ServiceNotFoundException: there is no `+
			"such service in account 123456789012, region eu-west-2")
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	f := &fake{T: t}
	_, err := f.open(config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("", "", "")))
	require.ErrorContains(t, err, "find AWS credentials: no valid credentials (set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "+
		"AWS_SECRET_ACCESS_KEY, or run aws sso login): ")
	require.Empty(t, f.calls)
	f.refuses = map[string][2]string{"GetCallerIdentity": {"ExpiredToken", "The security token included in the request is expired"}}
	_, err = f.open()
	require.EqualError(t, err, "ask AWS which account the credentials belong to: ExpiredToken: The security token included in the request is expired")
}
