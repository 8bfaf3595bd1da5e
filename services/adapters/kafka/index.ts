export { type KafkaBus, kafkaBus, type KafkaPlace } from './kafka-bus.ts';
