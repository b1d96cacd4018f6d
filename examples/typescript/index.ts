import * as pulumi from "@pulumi/pulumi";
import * as berth from "@pulumi/berth";

const config = new pulumi.Config();
const region = new pulumi.Config("aws").require("region");

const network = new berth.Network("network", { region, privateSubnets: false });
const cluster = new berth.Cluster("cluster", {});
const password = new berth.Secret("password", { value: config.requireSecret("password") });
const group = new berth.SecurityGroup("group", {
    vpcId: network.vpcId,
    description: "The web server",
    ingress: [{ fromPort: 8080, cidr: "0.0.0.0/0" }],
    egress: [{ protocol: "all", cidr: "0.0.0.0/0" }],
});
const task = new berth.TaskDefinition("web", {
    region,
    launch: "FARGATE",
    networkMode: "awsvpc",
    cpu: 256,
    memory: 512,
    secretArns: [password.arn],
    containers: [{
        name: "web",
        image: config.require("image"),
        command: ["sh", "-c", "mkdir /www && echo $GREETING > /www/index.html && exec httpd -f -p 8080 -h /www"],
        environment: { GREETING: config.require("greeting") },
        secrets: { PASSWORD: password.valueFrom },
        portMappings: [{ containerPort: 8080 }],
    }],
});
const web = new berth.Service("web", {
    access: { region },
    clusterArn: cluster.arn,
    taskDefinitionArn: task.arn,
    capacity: cluster.capacity,
    placement: {
        subnetIds: network.publicSubnetIds,
        securityGroupIds: [group.securityGroupId],
        assignPublicIp: true,
    },
}, { dependsOn: cluster });

export const service = web.arn;
export const logs = task.logGroupName;
