package graph

// Tokens of the types that the model reads.
const (
	Vpc                   = "aws:ec2/vpc:Vpc"
	Subnet                = "aws:ec2/subnet:Subnet"
	InternetGateway       = "aws:ec2/internetGateway:InternetGateway"
	NatGateway            = "aws:ec2/natGateway:NatGateway"
	RouteTable            = "aws:ec2/routeTable:RouteTable"
	Route                 = "aws:ec2/route:Route"
	RouteTableAssociation = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	VpcEndpoint           = "aws:ec2/vpcEndpoint:VpcEndpoint"
	SecurityGroup         = "aws:ec2/securityGroup:SecurityGroup"
	DefaultSecurityGroup  = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	SecurityGroupRule     = "aws:ec2/securityGroupRule:SecurityGroupRule"
	IngressRule           = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	EgressRule            = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

	LoadBalancer = "aws:lb/loadBalancer:LoadBalancer"
	TargetGroup  = "aws:lb/targetGroup:TargetGroup"
	Listener     = "aws:lb/listener:Listener"
	ListenerRule = "aws:lb/listenerRule:ListenerRule"

	Cluster = "aws:ecs/cluster:Cluster"
	Service = "aws:ecs/service:Service"

	TaskDefinition = "aws:ecs/taskDefinition:TaskDefinition"
	ScalingTarget  = "aws:appautoscaling/target:Target"

	Role             = "aws:iam/role:Role"
	RolePolicy       = "aws:iam/rolePolicy:RolePolicy"
	Policy           = "aws:iam/policy:Policy"
	PolicyAttachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	// ExclusivePolicyAttachment attaches a policy to lists of roles, users and groups, and to no others.
	ExclusivePolicyAttachment = "aws:iam/policyAttachment:PolicyAttachment"

	// Absent marks a resource that was looked up and does not exist. Its id is the type and the id of that resource, with
	// a space between them.
	Absent = "absent"

	Parameter = "aws:ssm/parameter:Parameter"
	// ParameterNames lists the account's resources that a parameter's value names: "addresses" of databases. Its id is the
	// parameter's id.
	ParameterNames = "ssm/names"

	Database         = "aws:rds/instance:Instance"
	DatabaseNet      = "aws:rds/subnetGroup:SubnetGroup"
	ParameterGroup   = "aws:rds/parameterGroup:ParameterGroup"
	Key              = "aws:kms/key:Key"
	KeyAlias         = "aws:kms/alias:Alias"
	LogGroup         = "aws:cloudwatch/logGroup:LogGroup"
	Repository       = "aws:ecr/repository:Repository"
	FileSystem       = "aws:efs/fileSystem:FileSystem"
	MountTarget      = "aws:efs/mountTarget:MountTarget"
	AccessPoint      = "aws:efs/accessPoint:AccessPoint"
	FileSystemPol    = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	BucketEncryption = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"

	DatabaseCluster = "aws:rds/cluster:Cluster"
	ClusterInstance = "aws:rds/clusterInstance:ClusterInstance"
	ScheduledAction = "aws:appautoscaling/scheduledAction:ScheduledAction"
)

// Reads reports whether the model reads a type that the sandbox does not have.
func Reads(typ string) bool {
	switch typ {
	case ExclusivePolicyAttachment, DatabaseCluster, ClusterInstance, RouteTable:
		return true
	}
	return false
}
