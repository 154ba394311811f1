import './controller.js';
