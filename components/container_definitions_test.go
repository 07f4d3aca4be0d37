package components

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func testSpec() containerSpec {
	return containerSpec{
		image: "app:v1", region: "eu-west-2", logGroup: "/ecs/app", port: 4000, stopTimeout: 60, migrate: true,
		environment: map[string]string{"PORT": "4000", "HOST": "a"},
		secrets:     map[string]string{"B": testParameter + "b", "A": testParameter + "a"},
	}
}

const (
	testParameter = "arn:aws:ssm:eu-west-2:123456789012:parameter/"

	sharedDefinition = `"environment":[{"name":"HOST","value":"a"},{"name":"PORT","value":"4000"}]`
	logDefinition    = `"image":"app:v1","logConfiguration":{"logDriver":"awslogs","options":{` +
		`"awslogs-group":"/ecs/app","awslogs-region":"eu-west-2","awslogs-stream-prefix":"ecs"}},"mountPoints":[]`
	secretDefinition = `"secrets":[{"name":"A","valueFrom":"` + testParameter + `a"},` +
		`{"name":"B","valueFrom":"` + testParameter + `b"}]`
	appDefinition = sharedDefinition + `,"essential":true,` + logDefinition + `,"name":"live-beats",` +
		`"portMappings":[{"containerPort":4000,"hostPort":4000,"protocol":"tcp"}],` +
		secretDefinition + `,"stopTimeout":60,"systemControls":[],"volumesFrom":[]}`
	migrateDefinition = `{"command":["/app/bin/migrate"],"cpu":0,` + sharedDefinition + `,"essential":false,` +
		logDefinition + `,"name":"migrate","portMappings":[],` + secretDefinition + `,"systemControls":[],"volumesFrom":[]}`
)

func TestRenderContainers(t *testing.T) {
	t.Parallel()
	text, err := testSpec().render()
	require.NoError(t, err)
	require.Equal(t, `[{"command":["/app/bin/server"],"cpu":0,`+
		`"dependsOn":[{"condition":"SUCCESS","containerName":"migrate"}],`+appDefinition+`,`+migrateDefinition+`]`, text)
}

func TestRenderContainersWithoutMigration(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	spec.migrate = false
	text, err := spec.render()
	require.NoError(t, err)
	require.Equal(t, `[{"command":["/app/bin/server"],"cpu":0,`+appDefinition+`]`, text)
}

func TestRenderContainersKeepsEmptyLists(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	spec.environment, spec.secrets = nil, nil
	text, err := spec.render()
	require.NoError(t, err)
	require.Contains(t, text, `"environment":[]`)
	require.Contains(t, text, `"secrets":[]`)
	require.NotContains(t, text, "null")
}

func TestRenderContainersRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		secrets map[string]string
		want    string
	}{
		"name in both": {
			map[string]string{"PORT": testParameter + "a"},
			`Secrets "PORT" must be a name that is not also a plain variable: ECS accepts each name once`,
		},
		"parameter name": {
			map[string]string{"A": "/staging/a"}, `Secrets["A"] must be ` + awsmodel.ParameterARN.Allowed,
		},
		"environment name": {
			map[string]string{"A-B": testParameter + "a"}, `Secrets "A-B" must be ` + awsmodel.Variable.Allowed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := testSpec()
			spec.secrets = test.secrets
			_, err := spec.render()
			require.EqualError(t, err, "render container definitions: "+test.want)
		})
	}
}
